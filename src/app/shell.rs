//! The HTML document around every page of the application.

use super::App;
use crate::console::done::Handed;
use crate::server::front::page_policy;
use http::HeaderValue;
use http::header::CONTENT_SECURITY_POLICY;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

/// `pkg` is the folder of this build's browser files, `chunks` those of them that are only fetched ahead.
///
/// The hydration script is our own: Leptos 0.8.23 puts the nonce into `crossorigin` of its preloads, so that the
/// browser fetches every file twice. It also says when the application does not start.
///
/// Not to be translated by a browser: what it puts around a text is not what the application redraws
/// (`docs/decisions/0049-not-translated-by-browsers.md`).
pub fn shell(pkg: &str, chunks: &[String]) -> impl IntoView + use<> {
    let nonce = use_nonce();
    let policy = nonce.as_ref().and_then(|nonce| HeaderValue::from_str(&page_policy(nonce)).ok());
    if let (Some(response), Some(policy)) = (use_context::<ResponseOptions>(), policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
    let file = |name: &str| format!("/{pkg}/{name}");
    let ahead: Vec<String> = chunks.iter().map(|name| file(name)).collect();
    let start = format!("{START}start({:?}, {:?}, {ahead:?});", file("doorward.js"), file("doorward.wasm"));
    view! {
        <!DOCTYPE html>
        <html lang="en" translate="no">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=file("doorward.css") />
                <link rel="modulepreload" href=file("doorward.js") />
                <link rel="preload" href=file("doorward.wasm") r#as="fetch" r#type="application/wasm" crossorigin="" />
                <script type="module" nonce=nonce>{start}</script>
                <script type="module" src=file("page.js")></script>
                <MetaTags />
            </head>
            <body>
                <App />
                // Opened by `app/page.js`.
                <button type="button" class="button quiet keys-button" disabled="disabled">"Keyboard shortcuts" <kbd>"?"</kbd></button>
                {unstarted()}
            </body>
        </html>
    }
}

/// `start(js, wasm, chunks)`: starts the application and notes on the page what becomes of it, for `style/start.css`; then
/// fetches the chunks when there is nothing else to do, so that a page that is opened later is here by then.
const START: &str = include_str!("start.js");

/// What a page says until its application has started, and when it does not. After the application in the document:
/// hydration begins at the first element.
fn unstarted() -> impl IntoView {
    let reload = || view! { <a href="" rel="external">"Reload the page"</a> };
    view! {
        <div class="start" role="status">
            <p class="start-loading">"Loading. Forms can be sent already; menus and other buttons work in a moment."</p>
            <p class="start-failed">"The application didn't start. " {reload()} "."</p>
            <p class="start-stopped">"Something went wrong, and this page stopped working. " {reload()} "."</p>
            <p class="start-unsupported">
                "This browser doesn't run WebAssembly, which menus and dialogs need. Lists, search, forms and signing out still work."
            </p>
            <noscript><span>
                "JavaScript is turned off. Menus and dialogs need it. Lists, search, forms and signing out still work."
            </span></noscript>
        </div>
    }
}

/// The page that reads the description of the HTTP API to people, and tries it for them. It is no part of the console:
/// a library of others draws it, with styles of its own.
pub fn api_docs(pkg: &str) -> String {
    let file = |name: &str| format!("/{pkg}/{name}");
    let page = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>"HTTP API · Doorward"</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=file("swagger-ui.css") />
                <link rel="stylesheet" href=file("api-docs.css") />
                <script src=file("swagger-ui-bundle.js") defer=true></script>
                <script src=file("api-docs.js") defer=true></script>
            </head>
            <body>
                <header>
                    <h1><img src="/favicon.svg" alt="" width="24" height="24" />"Doorward HTTP API"</h1>
                    <nav><a href="/api/openapi.json">"openapi.json"</a><a href="/">"Console"</a></nav>
                </header>
                <main id="api"><noscript>"This page needs JavaScript. The description itself doesn't: "
                    <a href="/api/openapi.json">"openapi.json"</a></noscript></main>
            </body>
        </html>
    };
    format!("<!doctype html>{}", page.to_html())
}

/// The page at an address where there is none.
pub fn missing(pkg: &str) -> String {
    let said = view! { <p>"Check the address, or go to the home page."</p> {go_home()} };
    alone(pkg, "Not found", "Page not found".to_owned(), said.into_any())
}

/// In answer to a form that nothing takes: a browser sent it before the application could.
pub fn unsent(pkg: &str) -> String {
    let text =
        "The page hadn't finished loading, so nothing was saved. Go back, wait a moment, and send the form again.";
    alone(pkg, "Not sent", "The form wasn't sent".to_owned(), view! { <p>{text}</p> {go_home()} }.into_any())
}

fn go_home() -> impl IntoView {
    view! { <a class="button primary" href="/">"Go to the home page"</a> }
}

/// In answer to a form that was saved without the application: what it gives this once, and the way on.
pub fn handed(pkg: &str, handed: Handed, on: String) -> String {
    let Handed { title, secrets, text } = handed;
    let told = if secrets.is_empty() { "Continue" } else { "I have stored it" };
    let field = |(at, (label, secret)): (usize, (&'static str, String))| {
        let id = format!("handed-{at}");
        view! {
            <div class="field">
                <div class="field-head"><label for=id.clone()>{label}</label></div>
                <input class="input" id=id value=secret readonly=true spellcheck="false" autocomplete="off" />
            </div>
        }
    };
    let said = view! {
        <p>{text}</p>
        {secrets.into_iter().enumerate().map(field).collect_view()}
        <a class="button primary" href=on>{told}</a>
    };
    alone(pkg, "Saved", title, said.into_any())
}

/// A page outside of the application.
fn alone(pkg: &str, title: &str, heading: String, said: AnyView) -> String {
    let (style, title) = (format!("/{pkg}/doorward.css"), format!("{title} · Doorward"));
    let page = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=style />
            </head>
            <body class="sign-in">
                <main class="sign-in-card">
                    <p class="sign-in-brand"><img src="/favicon.svg" alt="" width="28" height="28" />"Doorward"</p>
                    <h1>{heading}</h1>
                    {said}
                </main>
            </body>
        </html>
    };
    format!("<!doctype html>{}", page.to_html())
}
