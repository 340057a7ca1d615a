//! The HTML document around every page of the application.

use super::App;
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
/// browser fetches every file twice.
pub fn shell(pkg: &str, chunks: &[String]) -> impl IntoView + use<> {
    let nonce = use_nonce();
    let policy = nonce.as_ref().and_then(|nonce| HeaderValue::from_str(&page_policy(nonce)).ok());
    if let (Some(response), Some(policy)) = (use_context::<ResponseOptions>(), policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
    let file = |name: &str| format!("/{pkg}/{name}");
    let start = format!(
        "import(\"{js}\").then(m=>m.default({{module_or_path:\"{wasm}\"}}).then(()=>m.hydrate()))",
        js = file("doorward.js"),
        wasm = file("doorward.wasm"),
    );
    let chunks =
        chunks.iter().map(|name| view! { <link rel="prefetch" href=file(name) r#as="fetch" crossorigin="" /> });
    let chunks = chunks.collect_view();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=file("doorward.css") />
                <link rel="modulepreload" href=file("doorward.js") />
                <link rel="preload" href=file("doorward.wasm") r#as="fetch" r#type="application/wasm" crossorigin="" />
                {chunks}
                <script type="module" nonce=nonce>{start}</script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
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
                <main id="api"><noscript>"This page needs JavaScript. The description itself does not: "
                    <a href="/api/openapi.json">"openapi.json"</a></noscript></main>
            </body>
        </html>
    };
    format!("<!doctype html>{}", page.to_html())
}

/// The page at an address where there is none.
pub fn missing(pkg: &str) -> String {
    let style = format!("/{pkg}/doorward.css");
    let page = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>"Not found · Doorward"</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=style />
            </head>
            <body class="sign-in">
                <main class="sign-in-card">
                    <p class="sign-in-brand"><img src="/favicon.svg" alt="" width="28" height="28" />"Doorward"</p>
                    <h1>"There is no such page"</h1>
                    <p>"The address is mistyped, or what was here is gone."</p>
                    <a class="button primary" href="/">"Go to the first screen"</a>
                </main>
            </body>
        </html>
    };
    format!("<!doctype html>{}", page.to_html())
}
