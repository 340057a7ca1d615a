mod guessing;
mod races;

use crate::features::first_start;
use crate::testing::{ADMIN_PASSWORD, Browser, TestApp, both};

both! {
    async fn stranger_is_led_to_the_sign_in_page_and_back(app: TestApp) {
        let mut browser = app.browser();
        let answer = browser.get("/me?x=1").await;
        assert_eq!((answer.status, answer.header("location")), (303, "/sign-in?next=%2Fme%3Fx%3D1"));
        let fields = [("username", "admin"), ("password", ADMIN_PASSWORD), ("next", "/me?x=1")];
        let answer = browser.form("/sign-in", &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/me?x=1"));
        assert_eq!(browser.get("/me").await.status, 200);
    }

    async fn wrong_password_unknown_name_and_odd_names_get_one_answer(app: TestApp) {
        let mut pages = Vec::new();
        for (username, password) in [("admin", "wrong"), ("nobody", "wrong"), ("a\u{0}b", "wrong"), ("nobody", ADMIN_PASSWORD)] {
            let answer = app.browser().sign_in(username, password).await.expect(401);
            assert!(!answer.headers.contains_key("set-cookie"));
            pages.push(answer.text.replace(&format!("value=\"{username}\""), ""));
        }
        pages.dedup();
        assert_eq!(pages.len(), 1);
    }

    async fn refused_form_keeps_the_username(app: TestApp) {
        let answer = app.browser().sign_in("adm\"<b>in", "wrong").await.expect(401);
        assert!(answer.text.contains("value=\"adm&quot;&lt;b&gt;in\"") || answer.text.contains("value=\"adm&quot;<b>in\""), "{}", answer.text);
        assert!(answer.text.contains("role=\"alert\""));
    }

    async fn name_signs_in_in_any_case(app: TestApp) {
        app.browser().sign_in("ＡＤＭＩＮ", ADMIN_PASSWORD).await.expect(303);
    }

    async fn second_sign_in_asks_and_then_ends_the_first_session(app: TestApp) {
        let mut first = app.admin().await;
        let mut second = app.browser();
        let asked = second.sign_in("admin", ADMIN_PASSWORD).await.expect(409);
        assert!(asked.text.contains("Close the other session"));
        assert!(second.cookies.is_empty());
        assert_eq!(first.get("/me").await.status, 200);
        let ticket = between(&asked.text, "name=\"ticket\" value=\"", "\"").to_owned();
        second.form("/sign-in", &[("ticket", &ticket)]).await.expect(303);
        let answer = first.get("/me").await.expect(303);
        assert_eq!(answer.header("location"), "/sign-in?next=%2Fme&ended=signed_in_elsewhere");
        assert_eq!(app.browser().form("/sign-in", &[("ticket", &ticket)]).await.status, 401, "a ticket works once");
    }

    async fn ticket_runs_out_after_five_minutes(app: TestApp) {
        let _first = app.admin().await;
        let asked = app.browser().sign_in("admin", ADMIN_PASSWORD).await.expect(409);
        let ticket = between(&asked.text, "name=\"ticket\" value=\"", "\"").to_owned();
        app.clock.advance(5 * 60_000 + 1);
        app.browser().form("/sign-in", &[("ticket", &ticket)]).await.expect(401);
    }

    async fn signed_out_cookie_opens_nothing(app: TestApp) {
        let mut browser = app.admin().await;
        let stolen = browser.clone();
        let answer = browser.form("/sign-out", &[]).await.expect(303);
        assert!(answer.headers.contains_key("clear-site-data"));
        for mut browser in [browser, stolen] {
            assert_eq!(browser.get("/me").await.status, 303);
            assert_eq!(browser.get("/fn/me.view").await.status, 401);
        }
    }

    async fn idle_session_ends_and_a_person_s_act_keeps_it(app: TestApp) {
        let mut browser = app.admin().await;
        app.clock.advance(29 * 60_000);
        browser.get("/fn/me.view").await.expect(200);
        browser.call("me.act", &serde_json::json!({})).await.expect(200);
        app.clock.advance(29 * 60_000);
        browser.get("/fn/me.view").await.expect(200);
        app.clock.advance(60_001);
        browser.get("/fn/me.view").await.expect(401);
        assert_eq!(browser.get("/me").await.header("location"), "/sign-in?next=%2Fme&ended=idle");
    }

    async fn session_ends_after_a_day_however_busy(app: TestApp) {
        let mut browser = app.admin().await;
        for _ in 0..71 {
            app.clock.advance(20 * 60_000);
            browser.call("me.act", &serde_json::json!({})).await.expect(200);
        }
        app.clock.advance(20 * 60_000);
        browser.get("/fn/me.view").await.expect(401);
    }

    async fn cross_site_form_is_refused(app: TestApp) {
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("sec-fetch-site", "")] {
            let mut browser = app.browser().with(name, value);
            assert_eq!(browser.sign_in("admin", ADMIN_PASSWORD).await.status, 403, "{name}: {value}");
        }
        let mut old = app.browser().with("sec-fetch-site", "").with("origin", "http://127.0.0.1:3000");
        old.sign_in("admin", ADMIN_PASSWORD).await.expect(303);
    }

    async fn preset_cookie_is_replaced_at_sign_in(app: TestApp) {
        let mut browser = app.browser();
        browser.cookies.insert("doorward".into(), "chosen-by-somebody-else".into());
        let mut other = browser.clone();
        browser.sign_in("admin", ADMIN_PASSWORD).await.expect(303);
        assert_ne!(browser.cookies["doorward"], "chosen-by-somebody-else");
        browser.get("/fn/me.view").await.expect(200);
        other.get("/fn/me.view").await.expect(401);
    }

    async fn body_that_is_too_large_is_answered_with_the_form(app: TestApp) {
        let password = "x".repeat(1_000_000);
        let before = app.state.hasher.calls();
        // Said beforehand how long it is, or not.
        for mut browser in [app.browser().with("content-length", "1000030"), app.browser()] {
            let answer = browser.sign_in("admin", &password).await.expect(413);
            assert!(answer.header("content-type").starts_with("text/html"), "{}", answer.text);
            assert!(answer.text.contains("at most 128 characters") && answer.text.contains("name=\"password\""), "{}", answer.text);
            assert_eq!((answer.header("cache-control"), app.state.hasher.calls()), ("no-store", before));
        }
        let mut admin = app.admin().await;
        let api = admin.post("/api/v1/users", &serde_json::json!({ "name": password })).await.expect(413);
        assert_eq!(api.header("content-type"), "application/problem+json");
    }
}

impl TestApp {
    /// An installation behind a proxy that is trusted, so that browsers can have addresses of their own.
    async fn behind_proxy(&self) -> TestApp {
        let env = [("DOORWARD_TRUSTED_PROXIES", "127.0.0.1"), ("DOORWARD_ADMIN_PASSWORD", ADMIN_PASSWORD)];
        let app = self.untouched(&env).await;
        first_start::ops::run(&app.state, "Harbour House").await.unwrap();
        app
    }

    fn browser_at(&self, address: &str) -> Browser {
        self.browser().with("x-forwarded-for", address)
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}")) + from.len();
    let end = text[start..].find(to).unwrap();
    &text[start..start + end]
}
