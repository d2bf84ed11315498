/* SPDX-License-Identifier: BSD-2-Clause */
/* A session may lack its struct session, when memory for it was refused at connect, or its message, when it was refused at MAIL:
 * there not every policy has an answer. Each callback that has one then gives the one configured for that; the others
 * stay silent. */
#include "milter/callbacks.h"

#include "milter/answer.h"
#include "milter/dialogue.h"
#include "milter/log.h"
#include "milter/macros.h"
#include "milter/session.h"

#include <libmilter/mfdef.h>
#include <syslog.h>

/* Of the process: set before the first callback, const after. */
static const struct world *world;
static struct dialogue dialogue;

static struct session *
session_of(SMFICTX *context)
{
	return smfi_getpriv(context);
}

/* NULL when there is no message to judge. */
static struct session *
judging_session(SMFICTX *context)
{
	struct session *session = session_of(context);

	return session != NULL && session->message != NULL ? session : NULL;
}

static sfsistat
fail(SMFICTX *context, enum failure failure)
{
	statistics_failed(world->statistics, world->conf->policy, failure);
	return answer_failure(context, world->conf->policy, failure);
}

/* A message that cannot be judged for want of memory; or there is no session at all because a peer that is no MTA began none. */
static sfsistat
no_memory(SMFICTX *context)
{
	log_line(LOG_ERR, "error: %s: a message is answered as `failures` says",
		 session_of(context) != NULL ? "out of memory" : "no session, which is out of memory or was not begun");
	return fail(context, FAILURE_MEMORY);
}

/* No message to judge: memory for it was refused, or a peer that is no MTA sends a part of one that it never began. */
static sfsistat
no_message(SMFICTX *context)
{
	const struct session *session = session_of(context);

	if (session == NULL || session->starved)
		return no_memory(context);
	log_line(LOG_WARNING, "warning: part of a message that was not begun: answered as `failures` says");
	return fail(context, FAILURE_INTERNAL);
}

/* refused: the verdict on a single recipient, or NULL. */
static void
log_decision(SMFICTX *context, const struct session *session, const char *recipient, const struct verdict *refused)
{
	struct macro queue_id;
	struct decision decision = {
		.message = session->message,
		.origin = session->client.origin,
		.queue_id = macros_find(context, "i", &queue_id),
		.client = session_client(session),
		.login = session->login,
		.sender = session->sender,
		.recipient = recipient,
		.verdict = refused,
	};

	decision_log(&decision, world->conf->log_decisions == LOG_DECISIONS_FINDINGS);
}

static sfsistat
answer(SMFICTX *context, struct session *session)
{
	log_decision(context, session, NULL, NULL);
	statistics_decided(world->statistics, &session->message->verdict);
	sfsistat status = answer_verdict(context, &session->message->verdict);
	session_forget(session);
	return status;
}

/* What is not granted is not asked for; the MTA's own lists then decide what is known. */
static void
ask_for_macros(SMFICTX *context)
{
	char names[DIALOGUE_MACROS_MAX];

	dialogue_connect_macros(world->conf->policy, names);
	smfi_setsymlist(context, SMFIM_CONNECT, names);
	dialogue_mail_macros(world->conf->policy, names);
	smfi_setsymlist(context, SMFIM_ENVFROM, names);
	smfi_setsymlist(context, SMFIM_ENVRCPT, (char[]){ "{rcpt_addr}" });
	smfi_setsymlist(context, SMFIM_EOH, (char[]){ "i" });
	smfi_setsymlist(context, SMFIM_EOM, (char[]){ "i" });
}

/* What the MTA does not offer is masked, but for actions that the policy cannot do without: libmilter then says so and ends the
 * session, which the MTA answers as it is configured to when a filter fails. */
static sfsistat
on_negotiate(SMFICTX *context, unsigned long actions, unsigned long protocol, unsigned long f2, unsigned long f3,
	     unsigned long *actions_out, unsigned long *protocol_out, unsigned long *f2_out, unsigned long *f3_out)
{
	struct session *session = session_new(world);

	(void)f2;
	(void)f3;
	session_free(session_of(context));
	smfi_setpriv(context, session);
	*protocol_out = dialogue.protocol & protocol;
	*actions_out = dialogue.actions & (actions | ~(unsigned long)SMFIF_SETSYMLIST);
	*f2_out = *f3_out = 0;
	if ((*actions_out & SMFIF_SETSYMLIST) != 0)
		ask_for_macros(context);
	if (session != NULL)
		session->can_skip = (*protocol_out & SMFIP_SKIP) != 0;
	return SMFIS_CONTINUE;
}

/* After QUIT_NC a connection begins without a negotiation. */
static sfsistat
on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address)
{
	struct session *session = session_of(context);

	(void)host;
	if (session == NULL) {
		session = session_new(world);
		smfi_setpriv(context, session);
	}
	struct macro listener, port;
	struct session_connection connection = {
		.address = address,
		.listener = macros_find(context, "{daemon_name}", &listener),
		.listener_port = macros_find(context, "{daemon_port}", &port),
		.counts = dialogue.judges_connections,
	};
	sfsistat status = dialogue.judges_connections ? SMFIS_CONTINUE : SMFIS_NOREPLY;
	if (session == NULL)
		return status;
	session_connect(session, &connection);
	if (!session->open)
		statistics_session_began(world->statistics);
	session->open = true;
	return status;
}

/* Neither MTA gives the reply of a filter to a client that connects; to HELO it does. */
static sfsistat
on_helo(SMFICTX *context, char *name)
{
	struct session *session = session_of(context);

	(void)name;
	if (session != NULL && session_judge_connection(session))
		return answer(context, session);
	return SMFIS_CONTINUE;
}

static sfsistat
on_mail(SMFICTX *context, char **arguments)
{
	struct session *session = session_of(context);
	struct macro path, login, mechanism, tls_version, queue_id;

	struct session_mail mail = {
		.path = arguments[0],
		.path_by_mta = macros_find(context, "{mail_addr}", &path),
		.login = macros_find(context, "{auth_authen}", &login),
		.mechanism = macros_find(context, "{auth_type}", &mechanism),
		.tls_version = macros_find(context, "{tls_version}", &tls_version),
		.parameters = arguments + (arguments[0] != NULL),
		.queue_id_known = macros_find(context, "i", &queue_id) != NULL,
	};
	bool begun = session != NULL && session_mail(session, &mail);

	if (!dialogue.reply_to_mail)
		return SMFIS_NOREPLY;
	if (!begun)
		return no_memory(context);
	if (verdict_is_final(&session->message->verdict))
		return answer(context, session);
	if (dialogue.end == DIALOGUE_TO_MAIL && !answer_needs_end(session->message))
		return answer(context, session);
	return SMFIS_CONTINUE;
}

/* A refusal is of this recipient alone, but 421, which ends the session. */
static sfsistat
on_recipient(SMFICTX *context, char **arguments)
{
	struct session *session = judging_session(context);
	struct macro path;
	struct verdict verdict;

	struct recipient recipient = {
		.path = arguments[0] != NULL ? arguments[0] : "",
		.path_by_mta = macros_find(context, "{rcpt_addr}", &path),
	};
	if (session == NULL)
		return dialogue.reply_to_recipients ? no_message(context) : SMFIS_NOREPLY;
	message_recipient(session->message, &recipient, &verdict);
	if (!dialogue.reply_to_recipients)
		return SMFIS_NOREPLY;
	if (!verdict_is_final(&verdict))
		return SMFIS_CONTINUE; /* ACCEPT would be of the whole message */
	log_decision(context, session, recipient.path, &verdict);
	statistics_recipient(world->statistics, &verdict);
	return answer_verdict(context, &verdict);
}

static sfsistat
on_header(SMFICTX *context, char *name, char *value)
{
	struct session *session = judging_session(context);

	/* A peer that is no MTA gets libmilter to let fields through behind the body. */
	if (session != NULL && !session->headers_ended)
		message_field(session->message, bytes_of(name), bytes_of(value));
	return SMFIS_NOREPLY;
}

static sfsistat
on_end_of_headers(SMFICTX *context)
{
	struct session *session = judging_session(context);
	bool replies = dialogue.end == DIALOGUE_TO_HEADERS;

	if (session == NULL)
		return replies ? no_message(context) : SMFIS_NOREPLY;
	session_end_headers(session);
	if (!replies)
		return SMFIS_NOREPLY;
	session_end_message(session);
	return answer_needs_end(session->message) ? SMFIS_CONTINUE : answer(context, session);
}

/* The first chunk also brings the answer to the headers, whose own event had no reply. A message that is counted is so at its very end: until
 * then another filter may refuse it. */
static sfsistat
on_body(SMFICTX *context, unsigned char *data, size_t length)
{
	struct session *session = judging_session(context);

	if (session == NULL)
		return no_message(context);
	session_end_headers(session);
	if (!session->ended && !message_settled(session->message))
		message_body(session->message, (struct bytes){ (const char *)data, length });
	if (!session->ended && !message_settled(session->message))
		return SMFIS_CONTINUE;
	if (verdict_is_final(&session->message->verdict) || !message_counts(session->message))
		session_end_message(session);
	if (session->ended && !answer_needs_end(session->message))
		return answer(context, session);
	return session->can_skip ? SMFIS_SKIP : SMFIS_CONTINUE;
}

static sfsistat
on_end(SMFICTX *context)
{
	struct session *session = judging_session(context);

	if (session == NULL)
		return no_message(context);
	session_end_message(session);
	sfsistat status = answer_end(context, session->message);
	if (verdict_is_final(&session->message->verdict))
		message_release(session->message);
	log_decision(context, session, NULL, NULL);
	statistics_decided(world->statistics, &session->message->verdict);
	session_forget(session);
	return status;
}

static sfsistat
on_abort(SMFICTX *context)
{
	struct session *session = session_of(context);

	if (session != NULL)
		session_forget(session);
	return SMFIS_CONTINUE;
}

/* May come without a connect; after QUIT_NC the context is used again. */
static sfsistat
on_close(SMFICTX *context)
{
	session_free(session_of(context));
	smfi_setpriv(context, NULL);
	return SMFIS_CONTINUE;
}

struct smfiDesc
callbacks_filter(const struct world *of)
{
	static char filter_name[] = "postern"; /* smfi_register reads it later */

	world = of;
	dialogue_init(&dialogue, of->conf->policy);
	return (struct smfiDesc){
		.xxfi_name = filter_name,
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = dialogue.actions,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_helo,
		.xxfi_envfrom = on_mail,
		.xxfi_envrcpt = on_recipient,
		.xxfi_header = on_header,
		.xxfi_eoh = on_end_of_headers,
		.xxfi_body = on_body,
		.xxfi_eom = on_end,
		.xxfi_abort = on_abort,
		.xxfi_close = on_close,
		.xxfi_negotiate = on_negotiate,
	};
}
