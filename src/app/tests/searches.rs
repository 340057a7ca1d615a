//! One table of what is typed and what it finds, asked of every search of the product.

use crate::access::{Level, Role, Screen};
use crate::app::searched;
use crate::db::{exec, scalar, search};
use crate::features::companies::model::CompanyKind;
use crate::rights::model::MemberKind;
use crate::server::password::Cost;
use crate::server::{AppState, refold, search_text};
use crate::testing::{Browser, Given, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;
use url::form_urlencoded::byte_serialize;

const NAMES: [&str; 9] = [
    "Zoë Müller",
    "İlkay Öztürk",
    "Łukasz Groß",
    "Pat O’Brien",
    "Bo Lindqvist",
    "鈴木一郎",
    "王芳",
    "Анна Ёлкина",
    "Σοφία Νίκα",
];

/// What is typed, and the one name that it finds.
const FINDS: [(&str, &str); 24] = [
    ("zoe", "Zoë Müller"),
    ("MULLER", "Zoë Müller"),
    ("MÜLLER", "Zoë Müller"),
    ("Mu\u{308}ll", "Zoë Müller"),
    ("ilkay", "İlkay Öztürk"),
    ("oztürk", "İlkay Öztürk"),
    ("lukasz", "Łukasz Groß"),
    ("GROSS", "Łukasz Groß"),
    ("o'brien", "Pat O’Brien"),
    ("o´bri", "Pat O’Brien"),
    ("Bo", "Bo Lindqvist"),
    ("li", "Bo Lindqvist"),
    ("ｌｉｎｄ", "Bo Lindqvist"),
    ("bo  lind", "Bo Lindqvist"),
    ("鈴木", "鈴木一郎"),
    ("鈴", "鈴木一郎"),
    ("郎", "鈴木一郎"),
    ("木一郎", "鈴木一郎"),
    ("王芳", "王芳"),
    ("芳", "王芳"),
    ("анна", "Анна Ёлкина"),
    ("елкина", "Анна Ёлкина"),
    ("ΣΟΦΙΑ", "Σοφία Νίκα"),
    ("νικ", "Σοφία Νίκα"),
];

/// What finds nothing, because it is in the middle of a word or of no word.
const NOTHING: [&str; 5] = ["qv", "木鈴", "zoem", "%", "o br"];

/// Everything by each of the names: a user under a username and an address that say nothing. Gives the team of them all.
async fn plant(app: &TestApp, admin: &mut Browser) -> String {
    let plain = app.profile("Plain", levels([(Screen::Rooms, Level::Read)])).await;
    let (tower, team) = (app.place(None, "building", "Tower").await, app.team("Cast", &[], &[]).await);
    for (number, name) in (0..).zip(NAMES) {
        let user = json!({ "username": format!("xx{number}"), "name": name, "email": format!("xx{number}@example.com"),
            "role": "owner", "profiles": [plain], "places": "everything" });
        let rooms = json!({ "name": name, "levels": { "rooms": "read" } });
        let user = admin.post("/api/v1/users", &user).await.expect(201).json();
        let client = json!({ "name": name, "client_id": format!("xx{number}"), "levels": { "rooms": "read" } });
        for (path, body) in [("profiles", &rooms), ("api-keys", &rooms), ("integrations", &client)] {
            admin.post(&format!("/api/v1/{path}"), body).await.expect(201);
        }
        app.join(&team, MemberKind::User, user["id"].as_str().unwrap()).await;
        app.team(name, &[], &[]).await;
        app.api_user(name, Role::Owner, None, &[]).await;
        app.place(None, "building", name).await;
        app.alert(&tower, "warning", name).await;
    }
    team
}

/// What each search finds by `typed`, by name, each name once.
async fn found(admin: &mut Browser, team: &str, typed: &str) -> Vec<(String, BTreeSet<String>)> {
    let q: String = byte_serialize(typed.as_bytes()).collect();
    let members = format!("teams/{team}/members");
    let lists = [
        "users",
        "profiles",
        "teams",
        "api-users",
        "integrations",
        "api-keys",
        "buildings",
        "alerts",
        "audit-events",
        &members,
    ];
    let named = |row: &Value| {
        let names =
            [&row["message"], &row["target"]["name"], &row["member"]["name"], &row["user"]["name"], &row["name"]];
        let name = names.into_iter().find_map(|name| name.as_str());
        name.unwrap().to_owned()
    };
    let mut all = Vec::new();
    for list in lists {
        let page = admin.get(&format!("/api/v1/{list}?limit=200&q={q}")).await.expect(200).json();
        let rows = page["items"].as_array().unwrap();
        assert_eq!(page["count"], rows.len(), "{list} by {typed}");
        all.push((list.to_owned(), rows.iter().map(named).collect()));
    }
    let candidates = admin.call("teams.candidates", &json!({ "q": typed })).await.expect(200).json();
    all.push(("candidates".to_owned(), candidates.as_array().unwrap().iter().map(named).collect()));
    let users = admin.call("users.list", &json!({ "query": { "q": typed } })).await.expect(200).json();
    all.push(("console".to_owned(), users["items"].as_array().unwrap().iter().map(named).collect()));
    all
}

async fn finds_everywhere(admin: &mut Browser, team: &str) {
    for (typed, name) in FINDS {
        for (list, names) in found(admin, team, typed).await {
            assert_eq!(names, BTreeSet::from([name.to_owned()]), "{typed} in {list}");
        }
    }
    for typed in NOTHING {
        for (list, names) in found(admin, team, typed).await {
            assert_eq!(names, BTreeSet::new(), "{typed} in {list}");
        }
    }
}

/// As a database is whose last node was of a version that did not note by which rule the texts are.
async fn forget_which_version(app: &TestApp) {
    let mut write = app.system().write().await.unwrap();
    exec!(write.conn(), "delete from facts where name = 'search_texts'").unwrap();
    write.commit_unlogged().await.unwrap();
}

both! {
    async fn every_search_finds_names_as_people_type_them(app: TestApp) {
        let mut admin = app.admin().await;
        let team = plant(&app, &mut admin).await;
        finds_everywhere(&mut admin, &team).await;
        // A new name is found by, and the former one is not.
        let user = admin.get("/api/v1/users?q=zoe").await.json()["items"][0].clone();
        let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
        admin.patch(&path, "*", &json!({ "name": "Jürgen", "email": "j.e@example.com" })).await.expect(200);
        for (q, count) in [("zoe", 0), ("ju", 1), ("e@ex", 1), ("xx0", 1)] {
            assert_eq!(admin.get(&format!("/api/v1/users?q={q}")).await.json()["count"], count, "{q}");
        }
    }

    async fn sessions_are_found_by_name_username_and_client_in_any_spelling(app: TestApp) {
        for username in ["müller", "anna"] {
            app.signed_in_as(UserSpec { username, ..UserSpec::default() }).await;
        }
        let mut admin = app.admin().await;
        for (q, username) in [("MULL", "müller"), ("mu", "müller"), ("ler@example", "müller"), ("ann", "anna")] {
            let list = admin.get(&format!("/api/v1/sessions?q={q}")).await.expect(200).json();
            assert_eq!((&list["count"], &list["items"][0]["username"]), (&json!(1), &json!(username)), "{q}");
        }
    }

    async fn search_is_narrowed_sorted_and_paged_like_the_list_and_says_how_many_on_each_page(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let mut ids = Vec::new();
        for (number, username) in (0..).zip(["seek.c", "seek.a", "seek.e", "seek.b", "seek.d", "other"]) {
            let company = if number < 3 { Some(north.as_str()) } else { None };
            ids.push(app.user(UserSpec { username, company, role: Role::Owner, ..UserSpec::default() }).await.id);
        }
        let mut admin = app.admin().await;
        let of_north = format!("sort=email&company_id={north}");
        for (query, expected) in [
            ("sort=username", vec!["seek.a", "seek.b", "seek.c", "seek.d", "seek.e"]),
            ("sort=-name", vec!["seek.e", "seek.d", "seek.c", "seek.b", "seek.a"]),
            (of_north.as_str(), vec!["seek.a", "seek.c", "seek.e"]),
            ("role=common_manager", vec![]),
        ] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let path = format!("/api/v1/users?q=seek&limit=2&{query}&cursor={cursor}");
                let page = admin.get(&path).await.expect(200).json();
                assert_eq!(page["count"], expected.len(), "{query}");
                seen.extend(page["items"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()));
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = next.to_owned(),
                    None => break,
                }
            }
            assert_eq!(seen, expected, "{query}");
        }
        let grants = vec![Given::own(levels([(Screen::Users, Level::Read)]))];
        let mut manager = app.signed_in_as(UserSpec { username: "mona", company: Some(&north), grants, ..UserSpec::default() }).await;
        let list = manager.get("/api/v1/users?q=seek").await.expect(200).json();
        assert_eq!((&list["count"], list["items"].as_array().unwrap().len()), (&json!(3), 3), "those of her company");
    }

    async fn what_was_stored_before_an_update_is_found_once_its_texts_are_made_again(app: TestApp) {
        let mut admin = app.admin().await;
        let team = plant(&app, &mut admin).await;
        let other = AppState::new(app.same_database().await, app.state.config.clone(), app.clock.clone(), Cost::TEST);
        forget_which_version(&app).await;
        let mut write = app.system().write().await.unwrap();
        for table in searched::ALL {
            let sql = format!("update {} set search_text = ''", table.table);
            exec!(write.conn(), AssertSqlSafe(sql)).unwrap();
        }
        for seq in 1..=NAMES.len() + 1 {
            search::put(&mut write.conn(), i64::try_from(seq).unwrap(), "as before").await.unwrap();
        }
        write.commit_unlogged().await.unwrap();
        assert_eq!(admin.get("/api/v1/users?q=lindqvist").await.json()["count"], 0);
        // Two nodes start at once, on a database that no node of this version has seen.
        let (one, two) = tokio::join!(refold::run(&app.state, &searched::ALL), refold::run(&other, &searched::ALL));
        one.unwrap();
        two.unwrap();
        finds_everywhere(&mut admin, &team).await;
        let note = "select value from facts where name = 'search_texts'";
        assert_eq!(scalar!(app.system().read().await.unwrap().conn(), String, note).unwrap(), search_text::VERSION);
        // It is done once: what is there is not looked at again.
        let mut write = app.system().write().await.unwrap();
        exec!(write.conn(), "update teams set search_text = ''").unwrap();
        write.commit_unlogged().await.unwrap();
        refold::run(&app.state, &searched::ALL).await.unwrap();
        assert_eq!(admin.get("/api/v1/teams?q=lindqvist").await.json()["count"], 0);
    }

    async fn what_was_filled_since_the_first_start_is_not_made_again(app: TestApp) {
        app.team("Équipe", &[], &[]).await;
        let mut write = app.system().write().await.unwrap();
        exec!(write.conn(), "update teams set search_text = 'as it was filled'").unwrap();
        write.commit_unlogged().await.unwrap();
        refold::run(&app.state, &searched::ALL).await.unwrap();
        let text = "select search_text from teams";
        assert_eq!(scalar!(app.system().read().await.unwrap().conn(), String, text).unwrap(), "as it was filled");
    }

    async fn texts_are_made_again_in_batches_however_many_there_are(app: TestApp) {
        const MANY: i64 = 1_203;
        let fill = "with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < $1)
            insert into teams (id, organization_id, name, name_key, remark, created_at)
            select '01900000-0000-7000-8000-' || (100000000000 + i), o.id, 'Équipe ' || i, 'k' || i, '', 0 from n cross join organizations o";
        let mut write = app.system().write().await.unwrap();
        exec!(write.conn(), fill, MANY).unwrap();
        write.commit_unlogged().await.unwrap();
        forget_which_version(&app).await;
        refold::run(&app.state, &searched::ALL).await.unwrap();
        let mut admin = app.admin().await;
        assert_eq!(admin.get("/api/v1/teams?q=equipe").await.expect(200).json()["count"], MANY);
    }
}
