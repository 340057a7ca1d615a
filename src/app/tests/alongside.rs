//! What comes along with a request besides what proves who sends it: cookies of other applications, a proxy's
//! `Authorization`, a browser's word about where it comes from.

use crate::access::{Level, Screen};
use crate::server::token::{Secret, TokenKind};
use crate::testing::{ADMIN_PASSWORD, Answer, Browser, Client, Given, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};

/// What proxies and other servers of the same host make browsers send. The last is an empty one.
const FOREIGN: [&str; 8] = [
    "Basic dXNlcjpwYXNz",
    "basic",
    "Negotiate YII=",
    "Digest username=\"x\"",
    "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x",
    "Bearer",
    "dwk_something",
    " ",
];

fn profile(name: &str) -> Value {
    json!({ "name": name, "levels": { "rooms": "read" } })
}

/// A program that may make profiles.
async fn program(app: &TestApp) -> (Browser, Browser) {
    let mut admin = app.admin().await;
    let client =
        Client::made(&mut admin, json!({ "name": "Robots", "levels": { "profiles": "full", "rooms": "read" } })).await;
    (client.signed_in(app).await, admin)
}

fn cookies(browser: &Browser) -> String {
    browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

async fn shows_users(browser: &mut Browser) -> bool {
    browser.get("/fn/me.view").await.status == 200
}

both! {
    async fn token_writes_whatever_other_cookies_and_origin_come_along(app: TestApp) {
        let (robots, admin) = program(&app).await;
        let from = [("", ""), ("same-origin", ""), ("cross-site", "https://evil.example"), ("", "null"), ("none", "")];
        for (n, (site, origin)) in from.into_iter().enumerate() {
            let mut robots = robots.clone().with("cookie", "AWSALB=abc; doorward-device=x").with("sec-fetch-site", site).with("origin", origin);
            robots.post("/api/v1/profiles", &profile(&format!("Made {n}"))).await.expect(201);
            let mut both = robots.with("cookie", &format!("AWSALB=abc; {}", cookies(&admin)));
            both.post("/api/v1/profiles", &profile("Refused")).await.expect(401);
            both.get("/api/v1/profiles").await.expect(401);
        }
    }

    async fn session_writes_only_from_this_origin_whatever_comes_along(app: TestApp) {
        let admin = app.admin().await;
        for authorization in ["", "Basic dXNlcjpwYXNz", "Bearer eyJ.e30.x"] {
            for (site, origin) in [("", ""), ("cross-site", ""), ("same-site", ""), ("", "https://evil.example"), ("none", "null"),
                ("same-origin", "https://evil.example"), ("cross-site", "http://127.0.0.1:3000")] {
                let mut elsewhere = admin.clone().with("sec-fetch-site", site).with("origin", origin).with("authorization", authorization);
                let refused = elsewhere.post("/api/v1/profiles", &profile("Refused")).await.expect(403).json();
                assert_eq!(refused["code"], "cross_site", "{authorization} {site} {origin}");
                elsewhere.call("me.act", &json!({})).await.expect(403);
                elsewhere.form("/sign-out", &[]).await.expect(403);
            }
        }
        assert!(shows_users(&mut admin.clone()).await);
    }

    async fn foreign_authorization_keeps_nobody_from_signing_in_working_and_signing_out(app: TestApp) {
        for foreign in FOREIGN {
            let mut browser = app.browser().with("authorization", foreign);
            assert_eq!(browser.get("/me").await.expect(303).header("location"), "/sign-in?next=%2Fme", "{foreign}");
            browser.get("/sign-in").await.expect(200);
            browser.sign_in("admin", ADMIN_PASSWORD).await.expect(303);
            browser.get("/me").await.expect(200);
            browser.get("/api/v1/users").await.expect(200);
            browser.call("me.act", &json!({})).await.expect(200);
            let mut stolen = browser.clone();
            browser.form("/sign-out", &[]).await.expect(303);
            assert!(!shows_users(&mut stolen).await, "{foreign}");
        }
    }

    async fn foreign_authorization_alone_opens_nothing(app: TestApp) {
        for foreign in FOREIGN {
            let mut program = app.client().with("authorization", foreign);
            assert_eq!(program.get("/api/v1/users").await.expect(401).json()["code"], "invalid_token", "{foreign}");
            program.post("/api/v1/profiles", &profile("Refused")).await.expect(401);
        }
    }

    async fn token_of_ours_beside_a_session_is_refused_right_or_wrong(app: TestApp) {
        let (robots, admin) = program(&app).await;
        let right = robots.headers.iter().find(|(name, _)| *name == "authorization").unwrap().1.clone();
        let issued = |kind| format!("Bearer {}", Secret::issue(kind).expose());
        let wrong = [TokenKind::Access, TokenKind::ApiKey, TokenKind::ApiUser, TokenKind::ClientSecret].map(issued);
        for shown in wrong.into_iter().chain([right, "bearer dwt_mistyped".to_owned()]) {
            let mut both = admin.clone().with("authorization", &shown);
            both.get("/api/v1/users").await.expect(401);
            both.get("/fn/me.view").await.expect(401);
        }
    }

    async fn sign_out_ends_what_its_cookies_name_whatever_else_came(app: TestApp) {
        let token = format!("Bearer {}", Secret::issue(TokenKind::ApiKey).expose());
        // `COOKIE` is the session's.
        let sends = [
            ("authorization", token.as_str()),
            ("doorward-organization", "01900000-0000-7000-8000-000000000000"),
            ("cookie", "doorward=COOKIE; doorward=COOKIE"),
            ("cookie", "doorward=stray; doorward=COOKIE"),
            ("cookie", "doorward=COOKIE; doorward=stray"),
            ("cookie", "doorward=COOKIE; other=1"),
        ];
        for (n, (name, value)) in sends.into_iter().enumerate() {
            let admin = app.admin().await;
            let value = value.replace("COOKIE", &admin.cookies["doorward"]);
            let answer = admin.clone().with(name, &value).form("/sign-out", &[]).await.expect(303);
            assert_eq!(answer.header("location"), "/sign-in?ended=signed_out");
            assert!(!shows_users(&mut admin.clone()).await, "{n}");
        }
        let (anna, admin) = (app.signed_in_as(UserSpec { username: "anna", ..UserSpec::default() }).await, app.admin().await);
        let two = format!("doorward={}; doorward={}", anna.cookies["doorward"], admin.cookies["doorward"]);
        app.browser().with("cookie", &two).form("/sign-out", &[]).await.expect(303);
        for mut signed_out in [anna, admin] {
            assert!(!shows_users(&mut signed_out).await, "each of the two is over");
        }
    }

    async fn stray_cookie_of_the_name_keeps_nobody_out(app: TestApp) {
        let mut admin = app.admin().await;
        let ended = admin.cookies["doorward"].clone();
        admin.form("/sign-out", &[]).await.expect(303);
        let admin = app.admin().await;
        let live = &admin.cookies["doorward"];
        for both in [format!("doorward=stray; doorward={live}"), format!("doorward={live}; doorward="), format!("doorward={ended}; a=b; doorward={live}")] {
            let mut browser = app.browser().with("cookie", &both);
            browser.get("/me").await.expect(200);
            browser.call("me.act", &json!({})).await.expect(200);
        }
        let mut dead = app.browser().with("cookie", &format!("doorward={ended}; doorward=stray"));
        assert_eq!(dead.get("/me").await.expect(303).header("location"), "/sign-in?next=%2Fme&ended=signed_out");
    }

    async fn stray_device_cookie_does_not_hide_the_known_one(app: TestApp) {
        let mut owner = app.admin().await;
        owner.form("/sign-out", &[]).await.expect(303);
        for _ in 0..10 {
            app.browser().sign_in("admin", "x").await.expect(401);
        }
        app.browser().sign_in("admin", ADMIN_PASSWORD).await.expect(429);
        let known = format!("doorward-device=stray; doorward-device={}", owner.cookies["doorward-device"]);
        app.browser().with("cookie", &known).sign_in("admin", ADMIN_PASSWORD).await.expect(303);
    }

    async fn post_sent_again_is_known_whatever_a_proxy_adds_to_it(app: TestApp) {
        let admin = app.admin().await.with("idempotency-key", "k1");
        let send = async |authorization: &str, cookies: String| -> Answer {
            let mut browser = admin.clone().with("authorization", authorization).with("cookie", &cookies);
            browser.post("/api/v1/profiles", &profile("Once")).await.expect(201)
        };
        let own = cookies(&admin);
        send("Bearer eyJ.first", own.clone()).await;
        for (authorization, cookies) in [("Bearer eyJ.second", own.clone()), ("", format!("doorward=stray; {own}"))] {
            assert_eq!(send(authorization, cookies).await.header("idempotent-replayed"), "true");
        }
    }

    async fn ticket_opens_a_socket_beside_a_proxy_s_authorization(app: TestApp) {
        let grants = vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
        let mut anna = app.signed_in_as(UserSpec { username: "anna", grants, ..UserSpec::default() }).await;
        let made = anna.post("/api/v1/events/tickets", &json!({})).await.expect(201).json();
        let offered = format!("doorward, doorward-ticket.{}", made["ticket"].as_str().unwrap());
        let mut page = app.client().with("authorization", "Basic dXNlcjpwYXNz").with("sec-websocket-protocol", &offered);
        // The ticket is taken; what is missing is the handshake.
        assert_eq!(page.get("/api/v1/events").await.expect(400).json()["code"], "no_websocket");
    }
}
