use super::store::RAN_OUT;
use crate::app::router::router;
use crate::db::{Conn, STATEMENTS, rows};
use crate::server::AppState;
use crate::server::password::Cost;
use crate::server::token::{Secret, TokenKind};
use crate::server::watch::watch;
use crate::testing::{Browser, Client, TestApp, both};
use serde_json::{Value, json};
use std::cell::Cell;
use std::time::Duration;

/// A client, and the administrator who made it.
async fn rooms_client(app: &TestApp) -> (Client, Browser) {
    let mut admin = app.admin().await;
    let body = json!({ "name": "Robots", "client_id": "robots", "levels": { "rooms": "read", "alerts": "full" } });
    (Client::made(&mut admin, body).await, admin)
}

/// How many statements a request took.
macro_rules! statements {
    ($run:expr) => {
        STATEMENTS
            .scope(Cell::new(0), async {
                $run;
                STATEMENTS.with(Cell::get)
            })
            .await
    };
}

both! {
    async fn token_lives_for_a_day_and_its_answer_is_not_stored(app: TestApp) {
        let (client, _) = rooms_client(&app).await;
        let answer = client.ask_token(&app, "").await.expect(200);
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
        let told = answer.json();
        assert_eq!((&told["token_type"], &told["expires_in"]), (&json!("Bearer"), &json!(86400)));
        assert_eq!(told["scope"], "rooms:read alerts:full");
        let mut robots = client.bearer(&app, told["access_token"].as_str().unwrap());
        app.clock.advance(86_400_000 - 1);
        robots.get("/api/v1/rooms").await.expect(200);
        app.clock.advance(1);
        let over = robots.get("/api/v1/rooms").await.expect(401);
        assert_eq!(over.json()["code"], "invalid_token");
        assert!(over.header("www-authenticate").contains("error=\"invalid_token\""));
    }

    async fn unknown_client_wrong_secret_and_disabled_are_one_answer(app: TestApp) {
        let (client, mut admin) = rooms_client(&app).await;
        let other = Client::made(&mut admin, json!({ "name": "Other", "levels": { "rooms": "read" } })).await;
        let gone = Client::made(&mut admin, json!({ "name": "Gone", "levels": { "rooms": "read" } })).await;
        admin.act(&format!("/api/v1/integrations/{}/disable", gone.made["id"].as_str().unwrap())).await.expect(200);
        let unknown = Client { id: "nobody".into(), ..client.clone() };
        let crossed = Client { secret: other.secret.clone(), ..client.clone() };
        let mut answers = Vec::new();
        for wrong in [unknown, crossed, gone, Client { secret: "dws_nonsense".into(), ..client.clone() }] {
            let answer = wrong.ask_token(&app, "").await.expect(401);
            let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            assert!(answer.header("www-authenticate").starts_with("Basic"));
            answers.push((answer.text, names));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(serde_json::from_str::<Value>(&answers[0].0).unwrap()["error"], "invalid_client");
    }

    async fn both_ways_of_authentication_work_and_two_at_once_do_not(app: TestApp) {
        let (client, _) = rooms_client(&app).await;
        client.ask_token(&app, "").await.expect(200);
        let fields = [("grant_type", "client_credentials"), ("client_id", &client.id), ("client_secret", &client.secret)];
        app.client().form("/oauth/token", &fields).await.expect(200);
        let mut both = client.basic(&app);
        assert_eq!(both.form("/oauth/token", &fields).await.expect(400).json()["error"], "invalid_request");
        let mut nothing = app.client();
        let answer = nothing.form("/oauth/token", &[("grant_type", "client_credentials")]).await.expect(401).json();
        assert_eq!(answer["error"], "invalid_client");
    }

    async fn only_client_credentials_are_possible(app: TestApp) {
        let (client, _) = rooms_client(&app).await;
        let mut robots = client.basic(&app);
        for grant in ["password", "authorization_code", "refresh_token", "implicit"] {
            let answer = robots.form("/oauth/token", &[("grant_type", grant), ("username", "admin"), ("password", "x")]).await;
            assert_eq!(answer.expect(400).json()["error"], "unsupported_grant_type", "{grant}");
        }
        assert_eq!(robots.form("/oauth/token", &[]).await.expect(400).json()["error"], "invalid_request");
        let twice = [("grant_type", "client_credentials"), ("grant_type", "client_credentials")];
        assert_eq!(robots.form("/oauth/token", &twice).await.expect(400).json()["error"], "invalid_request");
        let json = robots.post("/oauth/token", &json!({ "grant_type": "client_credentials" })).await.expect(400).json();
        assert_eq!(json["error"], "invalid_request");
        robots.get("/oauth/token").await.expect(405);
    }

    async fn scope_narrows_a_token_and_never_widens_it(app: TestApp) {
        let (client, mut admin) = rooms_client(&app).await;
        let told = client.ask_token(&app, "alerts:read").await.expect(200).json();
        assert_eq!(told["scope"], "alerts:read");
        let mut narrow = client.bearer(&app, told["access_token"].as_str().unwrap());
        narrow.get("/api/v1/alerts").await.expect(200);
        narrow.get("/api/v1/rooms").await.expect(403);
        for more in ["rooms:full", "users:read", "kitchen:read", "rooms", "alerts:read rooms:full"] {
            let refused = client.ask_token(&app, more).await.expect(400).json();
            assert_eq!(refused["error"], "invalid_scope", "{more}");
            assert!(refused["error_description"].as_str().unwrap().len() > 10);
        }
        // What is narrowed stays narrowed when the client gets more.
        let path = format!("/api/v1/integrations/{}", client.made["id"].as_str().unwrap());
        admin.patch(&path, "*", &json!({ "levels": { "rooms": "read", "alerts": "full", "hvac": "read" } })).await.expect(200);
        narrow.get("/api/v1/hvac").await.expect(403);
    }

    async fn mistyped_secret_and_token_are_refused_without_a_read(app: TestApp) {
        let (client, _) = rooms_client(&app).await;
        let token = client.token(&app).await;
        let mistype = |text: &str| format!("{}{}", &text[..text.len() - 1], if text.ends_with('A') { 'B' } else { 'A' });
        let mistyped = Client { secret: mistype(&client.secret), ..client.clone() };
        assert_eq!(statements!(mistyped.ask_token(&app, "").await.expect(401)), 0);
        let mut robots = client.bearer(&app, &mistype(&token));
        assert_eq!(statements!(robots.get("/api/v1/me").await.expect(401)), 0);
        for garbled in ["Bearer", "Bearer  ", "Basic YTpi", "dwt_x", &format!("Bearer {}", client.secret)] {
            let mut robots = app.client().with("authorization", garbled);
            assert_eq!(statements!(robots.get("/api/v1/me").await.expect(401)), 0, "{garbled}");
        }
    }

    async fn live_token_is_checked_without_touching_the_disk_after_the_first_time(app: TestApp) {
        let (client, _) = rooms_client(&app).await;
        let mut robots = client.signed_in(&app).await;
        // Before its watcher runs, a node trusts nothing that it remembers.
        for _ in 0..2 {
            assert_ne!(statements!(robots.get("/api/v1/me").await.expect(200)), 0);
        }
        app.state.identities.heard();
        assert_ne!(statements!(robots.get("/api/v1/me").await.expect(200)), 0);
        for _ in 0..3 {
            app.state.identities.heard();
            assert_eq!(statements!(robots.get("/api/v1/me").await.expect(200)), 0);
        }
        app.clock.advance(86_400_000);
        robots.get("/api/v1/me").await.expect(401);
    }

    async fn token_in_the_query_or_beside_a_cookie_opens_nothing(app: TestApp) {
        let (client, admin) = rooms_client(&app).await;
        let token = client.token(&app).await;
        app.client().get(&format!("/api/v1/rooms?access_token={token}")).await.expect(401);
        app.client().get(&format!("/api/v1/me?token={token}")).await.expect(401);
        let mut both = admin.clone().with("authorization", &format!("Bearer {token}"));
        both.get("/api/v1/rooms").await.expect(401);
        let mut with_cookie = client.basic(&app);
        with_cookie.cookies = admin.cookies;
        let answer = with_cookie.form("/oauth/token", &[("grant_type", "client_credentials")]).await;
        assert_eq!(answer.expect(400).json()["error"], "invalid_request");
    }

    async fn token_opens_neither_pages_nor_the_personal_center(app: TestApp) {
        let (client, _) = rooms_client(&app).await;
        let mut robots = client.signed_in(&app).await;
        for path in ["/me", "/users", "/rooms", "/live", "/fn/me.view"] {
            let status = robots.get(path).await.status;
            assert!(status == 403 || status == 401, "{path}: {status}");
        }
        robots.call("places.rooms", &json!({ "query": {} })).await.expect(403);
        robots.form("/sign-out", &[]).await;
        robots.get("/api/v1/rooms").await.expect(200);
    }

    async fn introspection_tells_of_ones_own_tokens_and_of_all_to_who_may_read_integrations(app: TestApp) {
        let (client, mut admin) = rooms_client(&app).await;
        let token = client.token(&app).await;
        let mut own = client.basic(&app);
        let told = own.form("/oauth/introspect", &[("token", &token)]).await.expect(200).json();
        assert_eq!((&told["active"], &told["client_id"], &told["scope"]), (&json!(true), &json!("robots"), &json!("rooms:read alerts:full")));
        assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 86_400);
        let stranger = Client::made(&mut admin, json!({ "name": "Stranger", "levels": { "rooms": "read" } })).await;
        let reader = Client::made(&mut admin, json!({ "name": "Reader", "levels": { "integrations": "read" } })).await;
        let dead = json!({ "active": false });
        let mut others = stranger.basic(&app);
        assert_eq!(others.form("/oauth/introspect", &[("token", &token)]).await.expect(200).json(), dead);
        let mut reading = reader.basic(&app);
        assert_eq!(reading.form("/oauth/introspect", &[("token", &token)]).await.expect(200).json()["active"], true);
        for unknown in ["x", "dwt_x", &client.secret] {
            assert_eq!(own.form("/oauth/introspect", &[("token", unknown)]).await.expect(200).json(), dead);
        }
        app.clock.advance(86_400_000);
        assert_eq!(own.form("/oauth/introspect", &[("token", &token)]).await.expect(200).json(), dead);
        app.client().form("/oauth/introspect", &[("token", &token)]).await.expect(401);
    }

    async fn second_introspection_reads_nothing_and_what_changed_bites_at_once(app: TestApp) {
        let (client, mut admin) = rooms_client(&app).await;
        let reader = Client::made(&mut admin, json!({ "name": "Reader", "levels": { "integrations": "read" } })).await;
        let token = client.token(&app).await;
        let active = async |asking: &Client| {
            app.state.identities.heard();
            asking.basic(&app).form("/oauth/introspect", &[("token", &token)]).await.expect(200).json()["active"] == true
        };
        assert!(active(&client).await && active(&reader).await);
        for asking in [&client, &reader] {
            let statements = statements!({ assert!(active(asking).await); });
            assert_eq!(statements, 0);
        }
        let path = |client: &Client| format!("/api/v1/integrations/{}", client.made["id"].as_str().unwrap());
        admin.patch(&path(&reader), "*", &json!({ "levels": { "rooms": "read" } })).await.expect(200);
        assert!(active(&client).await && !active(&reader).await, "who may read integrations no longer");
        admin.act(&format!("{}/disable", path(&reader))).await.expect(200);
        app.state.identities.heard();
        reader.basic(&app).form("/oauth/introspect", &[("token", &token)]).await.expect(401);
        let narrowed = json!({ "levels": { "rooms": "read" } });
        admin.patch(&path(&client), "*", &narrowed).await.expect(200);
        app.state.identities.heard();
        let told = client.basic(&app).form("/oauth/introspect", &[("token", &token)]).await.expect(200).json();
        assert_eq!(told["scope"], "rooms:read");
        assert!(active(&client).await);
        client.basic(&app).form("/oauth/revoke", &[("token", &token)]).await.expect(200);
        assert!(!active(&client).await, "revoked");
        let token = client.token(&app).await;
        let ask = async || {
            app.state.identities.heard();
            client.basic(&app).form("/oauth/introspect", &[("token", &token)]).await
        };
        ask().await.expect(200);
        app.state.identities.heard();
        admin.post(&format!("{}/secrets", path(&client)), &json!({ "overlap_hours": 0 })).await.expect(201);
        ask().await.expect(401);
    }

    async fn introspection_follows_the_end_of_a_secret_and_of_a_token_without_an_event(app: TestApp) {
        let (client, mut admin) = rooms_client(&app).await;
        let path = format!("/api/v1/integrations/{}/secrets", client.made["id"].as_str().unwrap());
        admin.post(&path, &json!({ "overlap_hours": 1 })).await.expect(201);
        let token = client.token(&app).await;
        let ask = async || {
            app.state.identities.heard();
            client.basic(&app).form("/oauth/introspect", &[("token", &token)]).await
        };
        assert_eq!(ask().await.expect(200).json()["active"], true);
        app.clock.advance(3_600_000 - 1);
        assert_eq!(ask().await.expect(200).json()["active"], true);
        app.clock.advance(1);
        ask().await.expect(401);
    }

    async fn revoked_token_is_dead_at_once_and_only_its_own_client_can(app: TestApp) {
        let (client, mut admin) = rooms_client(&app).await;
        let token = client.token(&app).await;
        let mut robots = client.bearer(&app, &token);
        app.state.identities.heard();
        robots.get("/api/v1/rooms").await.expect(200);
        let other = Client::made(&mut admin, json!({ "name": "Other", "levels": { "rooms": "read" } })).await;
        other.basic(&app).form("/oauth/revoke", &[("token", &token)]).await.expect(200);
        robots.get("/api/v1/rooms").await.expect(200);
        let mut own = client.basic(&app);
        own.form("/oauth/revoke", &[("token", &token)]).await.expect(200);
        robots.get("/api/v1/rooms").await.expect(401);
        for again in [token.as_str(), "dwt_unknown"] {
            own.form("/oauth/revoke", &[("token", again)]).await.expect(200);
        }
        assert_eq!(own.form("/oauth/revoke", &[]).await.expect(400).json()["error"], "invalid_request");
        app.client().form("/oauth/revoke", &[("token", &token)]).await.expect(401);
    }

    async fn revoked_token_is_dead_on_another_node_within_a_second(app: TestApp) {
        let (client, _) = rooms_client(&app).await;
        let token = client.token(&app).await;
        let node = AppState::new(app.same_database().await, app.state.config.clone(), app.clock.clone(), Cost::TEST);
        tokio::spawn(watch(node.clone()));
        let mut there = Browser::new(router(node)).with("sec-fetch-site", "");
        there.headers.push(("authorization", format!("Bearer {token}")));
        // Once it answers from memory, it hears of changes.
        while statements!({ there.get("/api/v1/me").await.expect(200); }) > 0 {
            tokio::task::yield_now().await;
        }
        client.basic(&app).form("/oauth/revoke", &[("token", &token)]).await.expect(200);
        let dead = async {
            while there.get("/api/v1/me").await.status != 401 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(1), dead).await.expect("still alive after a second");
    }

    async fn who_tries_many_secrets_and_tokens_is_told_to_wait(app: TestApp) {
        let (client, _) = rooms_client(&app).await;
        let mut robots = client.signed_in(&app).await;
        app.state.identities.heard();
        robots.get("/api/v1/me").await.expect(200);
        let wrong = |n: usize| {
            let secret = Secret::issue(TokenKind::Access);
            (n, app.client().with("authorization", &format!("Bearer {}", secret.expose())))
        };
        let mut statuses = Vec::new();
        for n in 0..70 {
            let (_, mut guess) = wrong(n);
            statuses.push(guess.get("/api/v1/me").await.status);
        }
        assert_eq!((statuses[0], statuses[59], statuses[60], statuses[69]), (401, 401, 429, 429));
        let (wrong_secret, right) = (Secret::issue(TokenKind::ClientSecret), client.clone());
        let wrong = [
            Client { secret: wrong_secret.expose().to_owned(), ..client.clone() },
            Client { secret: "dws_mistyped".to_owned(), ..client.clone() },
            Client { id: "somebody else".to_owned(), ..client.clone() },
        ];
        for wrong in wrong.iter().chain(&wrong) {
            app.state.identities.heard();
            let waits = wrong.ask_token(&app, "").await.expect(429);
            assert_eq!((waits.header("retry-after"), &waits.json()["error"]), ("60", &json!("temporarily_unavailable")));
        }
        right.ask_token(&app, "").await.expect(200);
        robots.get("/api/v1/me").await.expect(200);
    }

    async fn giving_a_token_costs_the_same_however_many_are_alive(app: TestApp) {
        let (client, _) = rooms_client(&app).await;
        client.token(&app).await;
        let mut held = app.system().read().await.unwrap();
        let mut conn = held.conn();
        let plan: Vec<String> = match conn {
            Conn::Sqlite(_) => {
                let sql = format!("explain query plan {RAN_OUT}");
                let steps = rows!(conn, (i64, i64, i64, String), sqlx::AssertSqlSafe(sql.as_str()), "x", 1_i64).unwrap();
                steps.into_iter().map(|step| step.3).collect()
            }
            Conn::Postgres(_) => {
                // Of one row any index would do.
                const MORE: &str = "insert into sessions select (jsonb_populate_record(s, jsonb_build_object(
                        'id', s.id || n, 'token_hash', s.token_hash || n))).*
                    from sessions s cross join generate_series(1, 2000) n where s.integration_id is not null";
                crate::db::exec!(conn, MORE).unwrap();
                crate::db::exec!(conn, "analyze sessions").unwrap();
                let sql = format!("explain (costs off) {RAN_OUT}");
                let lines = rows!(conn, (String,), sqlx::AssertSqlSafe(sql.as_str()), "x", 1_i64).unwrap();
                lines.into_iter().map(|line| line.0).collect()
            }
        };
        let bounded = |line: &String| line.contains("(integration_id=? AND expires_at<?)")
            || (line.contains("Index Cond") && line.contains("expires_at <="));
        assert!(plan.iter().any(bounded), "{plan:?}");
    }

    async fn metadata_lists_what_answers(app: TestApp) {
        let told = app.client().get("/.well-known/oauth-authorization-server").await.expect(200).json();
        let issuer = told["issuer"].as_str().unwrap();
        assert_eq!(issuer, app.state.config.public_url);
        for endpoint in ["token_endpoint", "introspection_endpoint", "revocation_endpoint"] {
            let path = told[endpoint].as_str().unwrap().strip_prefix(issuer).unwrap();
            app.client().form(path, &[]).await.expect(401);
        }
        assert_eq!((&told["grant_types_supported"], &told["response_types_supported"]), (&json!(["client_credentials"]), &json!([])));
        assert!(told["scopes_supported"].as_array().unwrap().contains(&json!("rooms:read")));
        for none in ["/oauth/authorize", "/oauth/device", "/oauth/register"] {
            app.client().get(none).await.expect(404);
        }
    }
}
