use crate::testing::{TestApp, both};

both! {
    async fn every_answer_carries_the_security_headers(app: TestApp) {
        let mut admin = app.admin().await;
        for path in ["/me", "/sign-in", "/api/v1/users", "/api/docs", "/fn/me.view", "/healthz", "/nowhere", "/pkg-0/x.js"] {
            let answer = admin.get(path).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
            let policy = answer.header("content-security-policy");
            for part in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
                assert!(policy.contains(part), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
            assert!(!answer.headers.contains_key("access-control-allow-origin"), "{path}");
            assert!(!answer.text.contains(" style=\""), "{path} has a style attribute");
        }
    }

    async fn what_a_signed_in_person_sees_is_not_stored(app: TestApp) {
        let mut admin = app.admin().await;
        for path in ["/me", "/users", "/api/v1/users", "/fn/me.view"] {
            assert_eq!(admin.get(path).await.header("cache-control"), "no-store", "{path}");
        }
    }

    async fn unknown_asset_is_404_and_no_page(app: TestApp) {
        let answer = app.browser().get("/pkg-0000000000000000/doorward.js").await;
        assert_eq!(answer.status, 404);
        assert!(!answer.header("content-type").starts_with("text/html"));
    }

    async fn address_without_a_page_answers_in_the_form_that_was_asked_for(app: TestApp) {
        let mut browser = app.browser().with("accept", "text/html,*/*");
        let page = browser.get("/nowhere").await.expect(404);
        assert!(page.header("content-type").starts_with("text/html") && page.text.contains("href=\"/\""), "{}", page.text);
        let problem = browser.get("/api/v1/nowhere").await.expect(404);
        assert_eq!(problem.header("content-type"), "application/problem+json");
    }

    async fn form_that_a_browser_sends_to_a_page_is_answered_in_words(app: TestApp) {
        let mut admin = app.admin().await.with("accept", "text/html,*/*");
        let page = admin.form("/users", &[("username", "nora")]).await.expect(405);
        assert!(page.header("content-type").starts_with("text/html") && page.text.contains("nothing was saved"), "{}", page.text);
        let problem = app.admin_anew().await.form("/users", &[("username", "nora")]).await.expect(405);
        assert_eq!(problem.header("content-type"), "application/problem+json");
    }

    async fn page_is_not_translated_and_its_controls_wait_for_the_application(app: TestApp) {
        let mut admin = app.admin().await;
        for path in ["/users", "/users/new", "/settings", "/profiles/new"] {
            let page = admin.get(path).await.text;
            assert!(page.contains("translate=\"no\""), "{path}");
            let works = |tag: &&str| tag.contains(" disabled=") || tag.contains("type=\"submit\"") || tag.contains("popovertarget=\"side\"");
            let in_vain: Vec<&str> = page.split("<button").skip(1).filter_map(|rest| rest.split('>').next()).filter(|tag| !works(tag)).collect();
            assert!(in_vain.is_empty(), "{path}: {in_vain:?}");
        }
        let me = admin.get("/me").await.text;
        let submits = me.split("<button").filter(|rest| rest.contains("type=\"submit\"") && !rest.contains(" disabled="));
        assert_eq!(submits.count(), 3, "both forms and the way out work by themselves");
    }

    async fn errors_are_problems_without_a_cause(app: TestApp) {
        let answer = app.browser().get("/api/v1/users").await.expect(401);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(401), Some("sign_in_required")));
        assert!(!answer.header("x-request-id").is_empty());
    }

    async fn cookie_and_bearer_together_are_refused(app: TestApp) {
        let mut admin = app.admin().await.with("authorization", "Bearer dwk_something");
        admin.get("/api/v1/users").await.expect(401);
    }

    async fn server_function_never_redirects_to_its_referer(app: TestApp) {
        let mut admin = app.admin().await.with("accept", "text/html").with("referer", "https://evil.example/x");
        for answer in [admin.get("/fn/me.view").await, admin.call("me.act", &serde_json::json!({})).await] {
            assert_eq!((answer.status, answer.header("location")), (200, ""));
        }
        let mut stranger = app.browser().with("accept", "text/html").with("referer", "https://evil.example/x");
        let refused = stranger.get("/fn/me.view").await;
        assert_eq!((refused.status, refused.header("location")), (401, ""));
    }

    async fn page_of_another_organization_s_tab_gets_409(app: TestApp) {
        let mut admin = app.admin().await.with("doorward-organization", "01900000-0000-7000-8000-000000000000");
        assert_eq!(admin.get("/api/v1/users").await.expect(409).json()["code"], "organization_switched");
    }

    async fn json_sent_as_text_from_elsewhere_is_refused(app: TestApp) {
        let mut admin = app.admin().await.with("sec-fetch-site", "").with("origin", "https://evil.example");
        let status = admin.send(http::Method::POST, "/fn/me.act", "text/plain", "{}".into()).await.status;
        assert_eq!(status, 403);
        let mut silent = app.admin_again(admin).await.with("sec-fetch-site", "");
        assert_eq!(silent.call("me.act", &serde_json::json!({})).await.status, 403, "a cookie without a word of its origin");
    }
}

impl TestApp {
    /// The same session in a browser without the headers that a test added.
    async fn admin_again(&self, browser: crate::testing::Browser) -> crate::testing::Browser {
        let mut plain = self.browser();
        plain.cookies = browser.cookies;
        plain
    }
}
