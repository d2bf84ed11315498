dnl SPDX-License-Identifier: BSD-2-Clause
dnl Attaches Postern to Sendmail. In sendmail.mc, before the MAILER lines:
dnl
dnl	include(`/usr/share/postern/postern.m4')dnl
dnl
dnl and in /etc/postern/conf.d/local.conf, the same socket:
dnl
dnl	listen = "unix:/run/postern/postern.sock";
dnl
dnl For another one, such as inet:8894@filter.example.com, define confPOSTERN_SOCKET before the include.
dnl F=T: while Postern is away, clients try again later. Without it mail would pass unjudged.
dnl Macros need no setting: Postern asks for those it uses.
ifdef(`confPOSTERN_SOCKET',, `define(`confPOSTERN_SOCKET', `unix:/run/postern/postern.sock')')dnl
INPUT_MAIL_FILTER(`postern', `S='confPOSTERN_SOCKET`, F=T')dnl
