use crate::access::{Level, SCREENS, Screen};
use crate::db::STATEMENTS;
use crate::testing::{Answer, Browser, Client, Given, TestApp, UserSpec, both, levels};
use serde_json::json;
use std::cell::Cell;

async fn ask(browser: &mut Browser, query: &str) -> Answer {
    browser.get(&format!("/api/v1/check?{query}")).await
}

/// Two floors with a room each, as `(floor, room)`.
async fn two_floors(app: &TestApp) -> [(String, String); 2] {
    let building = app.place(None, "building", "Building A").await;
    let mut floors = Vec::new();
    for name in ["Floor 1", "Floor 2"] {
        let floor = app.place(Some(&building), "floor", name).await;
        let room = app.place(Some(&floor), "room", "Room").await;
        floors.push((floor, room));
    }
    [floors.remove(0), floors.remove(0)]
}

both! {
    async fn proxy_learns_who_a_signed_in_person_is(app: TestApp) {
        let grants = vec![Given::own(levels([(Screen::Rooms, Level::Full), (Screen::Users, Level::Read)]))];
        let mut anna = app.signed_in_as(UserSpec { grants, ..UserSpec::default() }).await;
        for query in ["screen=rooms", "screen=rooms&level=read", "screen=rooms&level=full&place=", "screen=users"] {
            let answer = ask(&mut anna, query).await.expect(204);
            assert_eq!((answer.header("x-doorward-user"), answer.header("x-doorward-kind")), ("anna", "user"), "{query}");
            assert_eq!((answer.text.as_str(), answer.header("cache-control")), ("", "no-store"));
            assert!(!answer.header("x-request-id").is_empty());
        }
    }

    async fn closed_screen_and_level_are_403_and_say_who_asked(app: TestApp) {
        let grants = vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
        let mut anna = app.signed_in_as(UserSpec { grants, ..UserSpec::default() }).await;
        for query in ["screen=hvac", "screen=rooms&level=full", "screen=users"] {
            let answer = ask(&mut anna, query).await.expect(403);
            assert_eq!((answer.header("x-doorward-user"), answer.json()["code"].as_str()), ("anna", Some("not_granted")));
            assert!(!answer.header("x-request-id").is_empty(), "{query}");
        }
    }

    async fn stranger_ended_session_and_two_at_once_get_401(app: TestApp) {
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let token = client.token(&app).await;
        let unknown = app.browser();
        let both = admin.clone().with("authorization", &format!("Bearer {token}"));
        let mut gone = admin.clone();
        gone.form("/sign-out", &[]).await;
        gone.cookies = admin.cookies;
        for mut browser in [unknown, both, gone, app.client().with("authorization", "Bearer dwt_x")] {
            let answer = ask(&mut browser, "screen=rooms").await.expect(401);
            assert!(answer.header("www-authenticate").starts_with("Bearer") && !answer.header("x-request-id").is_empty());
            assert_eq!(answer.header("x-doorward-user"), "");
        }
    }

    async fn token_is_checked_as_a_cookie_is_until_its_integration_is_disabled(app: TestApp) {
        let mut admin = app.admin().await;
        let body = json!({ "name": "Robots", "client_id": "anna", "levels": { "rooms": "read" } });
        let client = Client::made(&mut admin, body).await;
        let mut robots = client.signed_in(&app).await;
        let answer = ask(&mut robots, "screen=rooms").await.expect(204);
        let who = (answer.header("x-doorward-user"), answer.header("x-doorward-kind"));
        assert_eq!(who, ("anna", "integration"), "a client ID is told from the username that it reads like");
        ask(&mut robots, "screen=rooms&level=full").await.expect(403);
        admin.act(&format!("/api/v1/integrations/{}/disable", client.made["id"].as_str().unwrap())).await.expect(200);
        ask(&mut robots, "screen=rooms").await.expect(401);
    }

    async fn place_outside_of_ones_own_and_missing_are_one_403(app: TestApp) {
        let [(floor, room), (other, _)] = two_floors(&app).await;
        let elsewhere = app.organization("Elsewhere").await;
        let grants = vec![
            Given::own(levels([(Screen::Rooms, Level::Full)])).at(&floor),
            Given::own(levels([(Screen::Hvac, Level::Read)])),
        ];
        let mut anna = app.signed_in_as(UserSpec { grants, ..UserSpec::default() }).await;
        ask(&mut anna, "screen=rooms&level=full").await.expect(204);
        for place in [&floor, &room] {
            ask(&mut anna, &format!("screen=rooms&level=full&place={place}")).await.expect(204);
        }
        ask(&mut anna, &format!("screen=hvac&place={other}")).await.expect(204);
        let mut answers = Vec::new();
        for place in [other.as_str(), &elsewhere, "01900000-0000-7000-8000-000000000000", "kitchen"] {
            let answer = ask(&mut anna, &format!("screen=rooms&place={place}")).await.expect(403);
            assert_eq!(answer.header("x-doorward-user"), "anna");
            answers.push(answer.text);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
    }

    async fn check_of_a_room_equals_the_api_s_own_answer(app: TestApp) {
        let [(floor, room), (other, far)] = two_floors(&app).await;
        for (n, grants) in [
            vec![Given::own(levels([(Screen::Rooms, Level::Read)]))],
            vec![Given::own(levels([(Screen::Rooms, Level::Full)])).at(&floor)],
            vec![Given::own(levels([(Screen::Rooms, Level::Read)])).at(&far), Given::own(levels([(Screen::Hvac, Level::Full)]))],
            vec![Given::own(levels([(Screen::Hvac, Level::Full)])).at(&other)],
            vec![],
        ].into_iter().enumerate() {
            let username = format!("user-{n}");
            let mut user = app.signed_in_as(UserSpec { username: &username, grants, ..UserSpec::default() }).await;
            for place in [&room, &far] {
                let opens = user.get(&format!("/api/v1/rooms/{place}")).await.status == 200;
                let checked = ask(&mut user, &format!("screen=rooms&place={place}")).await.status;
                assert_eq!(checked, if opens { 204 } else { 403 }, "{username} {place}");
            }
        }
    }

    async fn administrator_passes_on_every_screen_and_nobody_without_grants_does(app: TestApp) {
        let mut admin = app.admin().await;
        let mut nobody = app.signed_in_as(UserSpec::default()).await;
        for row in &SCREENS {
            for level in ["read", "full"] {
                let query = format!("screen={}&level={level}", row.code);
                ask(&mut admin, &query).await.expect(204);
                ask(&mut nobody, &query).await.expect(403);
            }
        }
    }

    async fn unknown_screen_level_and_parameter_are_400(app: TestApp) {
        let mut admin = app.admin().await;
        for query in ["", "screen=", "screen=kitchen", "screen=Rooms", "level=read", "screen=rooms&level=none",
            "screen=rooms&level=2", "screen=rooms&place=%00", "screen=rooms&places=x", "screen=rooms&screen=hvac"] {
            let answer = ask(&mut admin, query).await.expect(400);
            assert_eq!(answer.json()["code"], "invalid_parameter", "{query}");
        }
    }

    async fn temporary_password_opens_nothing_behind_the_proxy(app: TestApp) {
        let mut admin = app.admin().await;
        let profile = app.administrator_profile().await;
        let new = json!({ "username": "berta", "name": "Berta", "email": "berta@example.com", "role": "common_manager", "profiles": [profile] });
        let made = admin.post("/api/v1/users", &new).await.expect(201).json();
        let mut berta = app.signed_in("berta", made["temporary_password"].as_str().unwrap()).await;
        for query in ["screen=rooms", "screen=rooms&place=kitchen", "screen=kitchen", ""] {
            let answer = ask(&mut berta, query).await.expect(403);
            assert_eq!(answer.json()["code"], "password_change_required", "{query}");
        }
    }

    async fn proxy_of_another_organization_gets_403(app: TestApp) {
        let other = app.organization("Elsewhere").await;
        let own = app.organization_id().await;
        let admin = app.admin().await;
        ask(&mut admin.clone().with("doorward-organization", &own), "screen=rooms").await.expect(204);
        let answer = ask(&mut admin.clone().with("doorward-organization", &other), "screen=rooms").await.expect(403);
        assert_eq!(answer.json()["code"], "organization_switched");
    }

    async fn names_are_safe_in_a_header(app: TestApp) {
        for (username, told) in [("zoë", "zo%C3%AB"), ("100%", "100%25"), ("o'neil@example.com", "o'neil@example.com"), ("関口", "%E9%96%A2%E5%8F%A3")] {
            let grants = vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
            let mut person = app.signed_in_as(UserSpec { username, grants, ..UserSpec::default() }).await;
            assert_eq!(ask(&mut person, "screen=rooms").await.expect(204).header("x-doorward-user"), told);
        }
    }

    async fn check_of_a_known_token_touches_no_disk_and_of_a_place_reads_once(app: TestApp) {
        let [(floor, _), _] = two_floors(&app).await;
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let mut robots = client.signed_in(&app).await;
        app.state.identities.heard();
        ask(&mut robots, "screen=rooms").await.expect(204);
        for (query, most) in [("screen=rooms".to_owned(), 0), (format!("screen=rooms&place={floor}"), 1)] {
            app.state.identities.heard();
            let statements = STATEMENTS.scope(Cell::new(0), async {
                ask(&mut robots, &query).await.expect(204);
                STATEMENTS.with(Cell::get)
            });
            assert_eq!(statements.await, most, "{query}");
        }
    }
}
