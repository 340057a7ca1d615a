//! The sign-in page: server-rendered, one small stylesheet, no script. The application is only fetched ahead.

use super::store::ActiveSession;
use crate::types::utc;
use leptos::prelude::*;

/// What the page has to say besides its form.
#[derive(Default)]
pub struct Notice {
    pub error: Option<String>,
    pub info: Option<String>,
}

/// Where a sign-in leads and which browser files it may fetch ahead.
pub struct Frame<'a> {
    pub pkg: &'a str,
    pub next: &'a str,
    /// Plain http that is not this machine: passwords travel readable.
    pub insecure: bool,
}

/// Why the last session ended, as its page is told.
pub fn ended_text(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "signed_in_elsewhere" => "You signed in somewhere else, so this session was closed.",
        "closed" => "An administrator closed your session.",
        "disabled" => "An administrator disabled your access.",
        "deleted" => "An administrator removed your access.",
        "password_reset" => "An administrator reset your password. Sign in with the new one.",
        "password_changed" => "Your password was changed. Sign in with the new one.",
        "idle" => "You were signed out after a period of inactivity.",
        "expired" => "Your session reached its time limit. Sign in again.",
        "signed_out" => "You're signed out.",
        _ => return None,
    })
}

/// The form with name and password.
pub fn form(frame: &Frame<'_>, username: &str, notice: &Notice) -> String {
    let has_error = notice.error.is_some();
    let next = frame.next.to_owned();
    let username = username.to_owned();
    let focus_password = has_error && !username.is_empty();
    let body = view! {
        <form class="form" method="post" action="/sign-in">
            <input type="hidden" name="next" value=next />
            {alert(notice)}
            <div class="field">
                <div class="field-head"><label for="username">"Username"</label></div>
                <input class="input" id="username" name="username" type="text" value=username required maxlength="255"
                    autocomplete="username" autocapitalize="none" spellcheck="false" autofocus=!focus_password
                    aria-describedby=has_error.then_some("sign-in-error") />
            </div>
            <div class="field">
                <div class="field-head"><label for="password">"Password"</label></div>
                <input class="input" id="password" name="password" type="password" required
                    autocomplete="current-password" autofocus=focus_password
                    aria-describedby=has_error.then_some("sign-in-error") />
            </div>
            <button class="button primary" type="submit">"Sign in"</button>
        </form>
    };
    document(frame, "Sign in", body.to_html())
}

/// *Close the other session?*
pub fn other_session(frame: &Frame<'_>, ticket: &str, other: &ActiveSession) -> String {
    let (ticket, next) = (ticket.to_owned(), frame.next.to_owned());
    let (client, address) = (other.client.clone(), other.address.clone());
    let since = format!("{} UTC", utc(other.signed_in_at));
    let body = view! {
        <form class="form" method="post" action="/sign-in">
            <input type="hidden" name="next" value=next />
            <input type="hidden" name="ticket" value=ticket />
            <p class="notice" role="status">
                "You're already signed in elsewhere. Only one session is allowed at a time."
            </p>
            <dl class="facts">
                <div><dt>"Browser"</dt><dd>{client}</dd></div>
                <div><dt>"Address"</dt><dd>{address}</dd></div>
                <div><dt>"Signed in"</dt><dd>{since}</dd></div>
            </dl>
            <button class="button primary" type="submit">"Close the other session"</button>
            <a class="button" href="/sign-in">"Cancel"</a>
        </form>
    };
    document(frame, "Close the other session?", body.to_html())
}

/// The session could not be ended.
pub fn still_signed_in(frame: &Frame<'_>, why: &str) -> String {
    let why = why.to_owned();
    let body = view! {
        <form class="form" method="post" action="/sign-out">
            <p class="notice danger" role="alert">{why}</p>
            <p>"Anyone who uses this browser can open Doorward as you until you sign out."</p>
            <button class="button primary" type="submit">"Sign out again"</button>
            <a class="button" href="/">"Back to Doorward"</a>
        </form>
    };
    document(frame, "You're still signed in", body.to_html())
}

fn alert(notice: &Notice) -> impl IntoView + use<> {
    let (error, info) = (notice.error.clone(), notice.info.clone());
    view! {
        {error.map(|text| view! { <p class="notice danger" role="alert" id="sign-in-error">{text}</p> })}
        {info.map(|text| view! { <p class="notice" role="status">{text}</p> })}
    }
}

fn document(frame: &Frame<'_>, title: &'static str, body: String) -> String {
    let file = |name: &str| format!("/{}/{name}", frame.pkg);
    let page = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title inner_html=format!("{title} · Doorward")></title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=file("doorward.css") />
                <link rel="prefetch" href=file("doorward.js") />
                <link rel="prefetch" href=file("doorward.wasm") r#as="fetch" />
            </head>
            <body class="sign-in">
                <main class="sign-in-card">
                    <p class="sign-in-brand"><img src="/favicon.svg" alt="" width="28" height="28" />"Doorward"</p>
                    <h1>{title}</h1>
                    {frame.insecure.then(insecure)}
                    <div inner_html=body></div>
                </main>
                <p>"Forgot your password? Ask an administrator of your organization to reset it."</p>
            </body>
        </html>
    };
    format!("<!doctype html>{}", page.to_html())
}

fn insecure() -> impl IntoView {
    view! {
        <p class="notice danger" role="status">
            "This connection isn't encrypted. Anyone on the network can read your password."
        </p>
    }
}
