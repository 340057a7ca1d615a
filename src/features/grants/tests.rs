use super::store::{LISTING, within_reach};
use crate::access::{Level, Levels, Role, Screen};
use crate::db::{Conn, Statement, exec, scalar};
use crate::features::companies::model::CompanyKind;
use crate::resource::list::Viewer;
use crate::rights::model::MemberKind;
use crate::server::cursor;
use crate::server::identity::find_actor;
use crate::testing::{Browser, Client, Given, START, TestApp, UserSpec, both, levels, most_read, scans};
use crate::types::parse_rfc3339;
use crate::types::{ListQuery, rfc3339};
use serde_json::{Value, json};

const GRANTS: &str = "/api/v1/grants";
const DAY: i64 = 86_400_000;

fn rooms() -> Levels {
    levels([(Screen::Rooms, Level::Read)])
}

/// A grant to a user.
fn to_user(id: &str, more: Value) -> Value {
    let mut body = json!({ "subject_kind": "user", "subject_id": id });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn fields(answer: &Value) -> Vec<&str> {
    answer["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect()
}

async fn ids(browser: &mut Browser, query: &str) -> Vec<String> {
    let list = browser.get(&format!("{GRANTS}{query}")).await.expect(200).json();
    list["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

both! {
    async fn grant_for_a_time_opens_from_its_beginning_to_its_end(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let (mut admin, mut hers) = (app.admin().await, app.browser_of(&nora).await);
        let floor = app.place(None, "building", "Building A").await;
        let (from, until) = (START + 60_000, START + 120_000);
        let body = to_user(&nora.id, json!({ "levels": { "rooms": "read" }, "place_id": floor, "from": rfc3339(from),
            "until": "2026-11-22T09:02:00+01:00", "reason": "Holiday cover" }));
        let answer = admin.post(GRANTS, &body).await.expect(201);
        let made = answer.json();
        assert_eq!(answer.header("location"), format!("{GRANTS}/{}", made["id"].as_str().unwrap()));
        assert_eq!(answer.header("etag"), "\"1\"");
        assert_eq!((&made["levels"], &made["profile_id"]), (&json!({ "rooms": "read" }), &Value::Null));
        assert_eq!((&made["until"], &made["active"], &made["reason"]), (&json!(rfc3339(until)), &json!(false), &json!("Holiday cover")));
        hers.get("/api/v1/rooms").await.expect(403);
        app.clock.advance(60_000);
        hers.get("/api/v1/rooms").await.expect(200);
        let path = format!("{GRANTS}/{}", made["id"].as_str().unwrap());
        assert_eq!(admin.get(&path).await.expect(200).json()["active"], true);
        app.clock.advance(60_000);
        hers.get("/api/v1/rooms").await.expect(403);
        assert_eq!(admin.get(&path).await.expect(200).json()["active"], false);
    }

    async fn grant_that_is_taken_away_is_gone_on_the_next_request(app: TestApp) {
        let mut admin = app.admin().await;
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut hers = app.browser_of(&nora).await;
        let profile = app.profile("Rooms", rooms()).await;
        let user = format!("/api/v1/users/{}", nora.id);
        let before = admin.get(&user).await.header("etag").to_owned();
        let made = admin.post(GRANTS, &to_user(&nora.id, json!({ "profile_id": profile }))).await.expect(201).json();
        hers.get("/api/v1/rooms").await.expect(200);
        let now = admin.get(&user).await;
        assert!(now.header("etag") != before && now.json()["profiles"] == json!([profile]), "{}", now.text);
        let listed = admin.get(&format!("/api/v1/users?profile_id={profile}")).await.expect(200).json();
        assert_eq!(listed["count"], 1);
        let path = format!("{GRANTS}/{}", made["id"].as_str().unwrap());
        admin.delete(&path).await.expect(204);
        hers.get("/api/v1/rooms").await.expect(403);
        admin.get(&path).await.expect(404);
        admin.delete(&path).await.expect(404);
        assert_eq!(admin.get(&format!("/api/v1/users?profile_id={profile}")).await.expect(200).json()["count"], 0);
        let mut logged = async |action: &str| {
            let log = admin.get(&format!("/api/v1/audit-events?action={action}")).await.expect(200).json();
            assert_eq!(log["count"], 1, "{action}");
            log["items"][0].clone()
        };
        let (given, taken) = (logged("grants.create").await, logged("grants.delete").await);
        assert_eq!((&taken["before"], &taken["after"]), (&given["after"], &Value::Null));
        assert_eq!((&given["after"]["profile_id"], &given["target"]["name"]), (&json!(profile), &json!("nora")));
    }

    async fn what_makes_no_grant_is_told_at_its_field(app: TestApp) {
        let mut admin = app.admin().await;
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let profile = app.profile("Rooms", rooms()).await;
        let nowhere = "01900000-0000-7000-8000-000000000000";
        let with = |more: Value| {
            let mut all = json!({ "profile_id": profile });
            all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            to_user(&nora.id, all)
        };
        for (body, expected) in [
            (to_user(&nora.id, json!({})), "levels"),
            (to_user(&nora.id, json!({ "levels": {} })), "levels"),
            (with(json!({ "levels": { "rooms": "read" } })), "levels"),
            (to_user(&nora.id, json!({ "levels": { "kitchen": "read" } })), "levels"),
            (to_user(&nora.id, json!({ "profile_id": nowhere })), "profile_id"),
            (to_user(nowhere, json!({ "profile_id": profile })), "subject_id"),
            (with(json!({ "place_id": nowhere })), "place_id"),
            (with(json!({ "from": "tomorrow" })), "from"),
            (with(json!({ "until": "2027-02-30T00:00:00Z" })), "until"),
            (with(json!({ "until": rfc3339(START) })), "until"),
            (with(json!({ "from": rfc3339(START + DAY), "until": rfc3339(START + DAY) })), "until"),
            (with(json!({ "reason": "x".repeat(501) })), "reason"),
            (with(json!({ "given_by": nowhere })), "given_by"),
            (json!({ "subject_kind": "robot", "subject_id": nora.id, "profile_id": profile }), "subject_kind"),
        ] {
            assert_eq!(fields(&admin.post(GRANTS, &body).await.expect(422).json()), [expected], "{body}");
        }
        assert_eq!(ids(&mut admin, &format!("?subject_id={}", nora.id)).await.len(), 0);
    }

    async fn nobody_gives_more_longer_or_wider_than_they_have(app: TestApp) {
        let (here, there) = (app.place(None, "building", "Here").await, app.place(None, "building", "There").await);
        let grants = vec![Given::own(levels([(Screen::Users, Level::Full)])), Given::own(rooms()).at(&here).until(START + DAY)];
        let mut anna = app.signed_in_as(UserSpec { username: "anna", grants, ..UserSpec::default() }).await;
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, ..UserSpec::default() }).await;
        let give = |level: &str, place: Option<&str>, until: Option<i64>| {
            to_user(&nora.id, json!({ "levels": { "rooms": level }, "place_id": place, "until": until.map(rfc3339) }))
        };
        for body in [
            give("full", Some(&here), Some(START + DAY)),
            give("read", Some(&there), Some(START + DAY)),
            give("read", None, Some(START + DAY)),
            give("read", Some(&here), Some(START + DAY + 1)),
            give("read", Some(&here), None),
        ] {
            assert_eq!(fields(&anna.post(GRANTS, &body).await.expect(422).json()), ["levels"], "{body}");
        }
        anna.post(GRANTS, &give("read", Some(&here), Some(START + DAY))).await.expect(201);
    }

    async fn rank_company_and_own_row_bound_grants_as_they_do_users(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let south = app.company(None, CompanyKind::Distributor, "South").await;
        let profile = app.profile("Rooms", rooms()).await;
        let manager = levels([(Screen::Users, Level::Full), (Screen::Rooms, Level::Read)]);
        let user = async |username, company, role| {
            app.user(UserSpec { username, company: Some(company), role, grants: vec![Given::own(manager)], ..UserSpec::default() }).await
        };
        let anna = user("anna", &north, Role::OperationsEngineer).await;
        let above = user("above", &north, Role::CommonManager).await;
        let below = user("below", &north, Role::Owner).await;
        let beside = user("beside", &south, Role::Owner).await;
        let mut hers = app.browser_of(&anna).await;
        for (person, status) in [(&anna, 409), (&above, 403), (&below, 201), (&beside, 422)] {
            let answer = hers.post(GRANTS, &to_user(&person.id, json!({ "profile_id": profile }))).await;
            assert_eq!(answer.status, status, "{}: {}", person.username, answer.text);
        }
        let mut admin = app.admin().await;
        for (person, read, write) in [(&anna, 200, 409), (&above, 200, 403), (&beside, 404, 404), (&below, 200, 204)] {
            let id = ids(&mut admin, &format!("?subject_id={}", person.id)).await.remove(0);
            let path = format!("{GRANTS}/{id}");
            hers.get(&path).await.expect(read);
            hers.delete(&path).await.expect(write);
            assert_eq!(ids(&mut hers, "").await.contains(&id), read == 200 && write != 204, "{}", person.username);
        }
    }

    async fn last_administrator_s_grant_stays(app: TestApp) {
        let builtin = app.administrator_profile().await;
        let grants = vec![Given::own(Levels::FULL)];
        let mut anna = app.signed_in_as(UserSpec { username: "anna", grants, ..UserSpec::default() }).await;
        let only = ids(&mut anna, &format!("?profile_id={builtin}")).await.remove(0);
        let path = format!("{GRANTS}/{only}");
        assert_eq!(anna.delete(&path).await.expect(409).json()["code"], "last_administrator");
        anna.get(&path).await.expect(200);
        let boss = app.user(UserSpec { username: "boss", ..UserSpec::default() }).await;
        app.browser_of(&boss).await;
        let (until, mut admin) = (rfc3339(START + DAY), app.admin().await);
        admin.post(GRANTS, &to_user(&boss.id, json!({ "profile_id": builtin, "until": until }))).await.expect(201);
        assert_eq!(anna.delete(&path).await.expect(409).json()["code"], "last_administrator", "who is one for a day is none");
        admin.post(GRANTS, &to_user(&boss.id, json!({ "profile_id": builtin }))).await.expect(201);
        anna.delete(&path).await.expect(204);
    }

    async fn list_is_narrowed_and_paged_by_what_its_parameters_say(app: TestApp) {
        let mut admin = app.admin().await;
        let place = app.place(None, "building", "Building A").await;
        let profile = app.profile("Rooms", rooms()).await;
        let client = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let robots = client.made["id"].as_str().unwrap();
        let given = Given::profile(&profile);
        let grants = vec![given.clone().at(&place), given.clone().until(START), given.clone().from(START + 1), given];
        let nora = app.user(UserSpec { username: "nora", grants, ..UserSpec::default() }).await;
        let count = async |admin: &mut Browser, query: &str| ids(admin, query).await.len();
        let of = |more: &str| format!("?subject_id={}{more}", nora.id);
        assert_eq!(count(&mut admin, "").await, 6, "with the administrator's and the integration's");
        assert_eq!(count(&mut admin, "?subject_kind=integration").await, 1);
        assert_eq!(count(&mut admin, &format!("?subject_id={robots}&subject_kind=user")).await, 0);
        assert_eq!(count(&mut admin, &of("")).await, 4);
        assert_eq!(count(&mut admin, &of("&active=true")).await, 2);
        assert_eq!(count(&mut admin, &of("&active=false")).await, 2);
        assert_eq!(count(&mut admin, &format!("?place_id={place}")).await, 1);
        assert_eq!(count(&mut admin, &format!("?profile_id={profile}")).await, 4);
        let all = ids(&mut admin, "").await;
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = admin.get(&format!("{GRANTS}?limit=2&cursor={cursor}")).await.expect(200).json();
            assert_eq!(page["count"], 6);
            seen.extend(page["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = next.to_owned();
        }
        assert_eq!(seen, all);
        seen.reverse();
        assert_eq!(ids(&mut admin, "?sort=-created_at").await, seen);
        for wrong in ["subject_kind=robot", "active=maybe", "limit=0", "limit=201", "cursor=x", "sort=name", "subject_id=x", "place_id=%00"] {
            admin.get(&format!("{GRANTS}?{wrong}")).await.expect(400);
        }
    }

    async fn grant_for_a_time_survives_the_forms_of_its_subject(app: TestApp) {
        let mut admin = app.admin().await;
        let profile = app.profile("Rooms", rooms()).await;
        let nora = app.user(UserSpec { username: "nora", grants: vec![Given::profile(&profile)], ..UserSpec::default() }).await;
        let client = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let robots = client.made["id"].as_str().unwrap();
        let mut token = client.signed_in(&app).await;
        token.get("/api/v1/alerts").await.expect(403);
        let until = rfc3339(START + DAY);
        let timed = json!({ "levels": { "alerts": "read" }, "until": until });
        let hers = admin.post(GRANTS, &to_user(&nora.id, timed.clone())).await.expect(201).json();
        let mut body = json!({ "subject_kind": "integration", "subject_id": robots });
        body.as_object_mut().unwrap().extend(timed.as_object().unwrap().clone());
        let its = admin.post(GRANTS, &body).await.expect(201).json();
        token.get("/api/v1/alerts").await.expect(200);
        let (user, integration) = (format!("/api/v1/users/{}", nora.id), format!("/api/v1/integrations/{robots}"));
        let shown = admin.get(&integration).await.expect(200).json();
        assert_eq!(shown["levels"], json!({ "rooms": "read" }), "the form does not show it");
        admin.patch(&user, "*", &json!({ "profiles": [app.profile("Hvac", levels([(Screen::Hvac, Level::Read)])).await] })).await.expect(200);
        admin.patch(&integration, "*", &json!({ "levels": { "hvac": "read" } })).await.expect(200);
        for made in [&hers, &its] {
            admin.get(&format!("{GRANTS}/{}", made["id"].as_str().unwrap())).await.expect(200);
        }
        token.get("/api/v1/alerts").await.expect(200);
        token.get("/api/v1/rooms").await.expect(403);
        let query = json!({ "query": {} });
        let listed = admin.call("integrations.list", &query).await.expect(200).json();
        assert_eq!(listed["items"][0]["opens"], json!({ "alerts": "read", "hvac": "read" }), "what it may do now");
        app.clock.advance(DAY);
        client.signed_in(&app).await.get("/api/v1/alerts").await.expect(403);
    }

    async fn key_gives_grants_only_where_that_was_ticked(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        for (ticked, status) in [(false, 403), (true, 201)] {
            let body = json!({ "name": "Key", "may_administer_access": ticked });
            let key = admin.post("/api/v1/api-keys", &body).await.expect(201).json();
            let mut program = app.client().with("authorization", &format!("Bearer {}", key["secret"].as_str().unwrap()));
            program.get(GRANTS).await.expect(200);
            program.post(GRANTS, &to_user(&nora.id, json!({ "levels": { "rooms": "read" } }))).await.expect(status);
        }
    }

    async fn deleted_grant_leaves_no_levels_behind(app: TestApp) {
        let mut admin = app.admin().await;
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let made = admin.post(GRANTS, &to_user(&nora.id, json!({ "levels": { "rooms": "read" } }))).await.expect(201).json();
        admin.delete(&format!("{GRANTS}/{}", made["id"].as_str().unwrap())).await.expect(204);
        const LEFT: &str = "select count(*) from levels where owner_id not in
            (select id from profiles union all select id from grants)";
        assert_eq!(scalar!(app.system().read().await.unwrap().conn(), i64, LEFT).unwrap(), 0);
        assert_eq!(parse_rfc3339(made["created_at"].as_str().unwrap()), Some(START));
    }

    async fn page_of_grants_is_one_walk_along_an_index(app: TestApp) {
        const FILL: &str = "insert into grants (id, organization_id, subject_kind, subject_id, profile_id, rights_id,
                place_id, given_by, created_at)
            with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < 20000)
            select 'g' || n.i, p.organization_id, 'user', u.id, p.id, p.id, pl.id, u.id, n.i
            from n cross join profiles p cross join users u cross join places pl
            where u.id = $1 and p.id = $2 and pl.id = $3";
        let (place, profile) = (app.place(None, "building", "Building A").await, app.profile("Rooms", rooms()).await);
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut write = app.system().write().await.unwrap();
        exec!(write.conn(), FILL, nora.id.as_str(), profile.as_str(), place.as_str()).unwrap();
        write.commit_unlogged().await.unwrap();
        let organization = app.organization_id().await;
        let admin = scalar!(app.system().read().await.unwrap().conn(), String, "select id from users where username_key = 'admin'").unwrap();
        let mut held = app.system().read().await.unwrap();
        let conn = &mut held.conn();
        let actor = find_actor(conn, &organization, &admin, START).await.unwrap().unwrap();
        if let Conn::Postgres(_) = conn {
            exec!(conn, "analyze").unwrap();
        }
        let by = |filter: &str, value: &str| ListQuery::default().with(filter, value);
        let of_place = by("place_id", &place).with("active", "true");
        let queries = [ListQuery::default(), by("active", "true"), by("subject_id", &nora.id), by("profile_id", &profile), of_place];
        let viewer = Viewer { actor: &actor, now: START };
        for (query, sort) in queries.iter().flat_map(|query| [(query, "created_at"), (query, "-created_at")]) {
            for cursor in [String::new(), cursor::encode(sort, cursor::Value::Int(10_000), "g10000", None)] {
                let query = ListQuery { sort: sort.to_owned(), cursor, ..query.clone() };
                let wanted = LISTING.understand(&query).unwrap();
                let [rows, _] = within_reach(&actor, None);
                let statement = wanted.rows(wanted.narrowed(rows, &viewer));
                assert_eq!(too_much(conn, statement.clone()).await, None, "{}", statement.sql);
            }
        }
    }
}

/// What a plan does too much, if anything.
async fn too_much(conn: &mut Conn<'_>, statement: Statement) -> Option<String> {
    if let Conn::Sqlite(_) = conn {
        let explain = Statement { sql: format!("explain query plan {}", statement.sql), ..statement };
        let plan: Vec<(i64, i64, i64, String)> = explain.rows(conn).await.unwrap();
        let bad = plan.into_iter().find(|step| scans(&step.3) || step.3.contains("TEMP B-TREE"));
        return bad.map(|step| step.3);
    }
    let explain = Statement { sql: format!("explain (analyze, costs off) {}", statement.sql), ..statement };
    let plan: Vec<(String,)> = explain.rows(conn).await.unwrap();
    let (rows, step) = most_read(&plan);
    (rows > 200).then(|| format!("{step} reads {rows}"))
}

both! {
    async fn grants_of_a_team_need_the_screen_of_members(app: TestApp) {
        let mut admin = app.admin().await;
        let team = app.team("Night", &[Given::own(rooms()).until(START + DAY)], &[]).await;
        let id = ids(&mut admin, &format!("?subject_id={team}")).await.remove(0);
        let grant = format!("{GRANTS}/{id}");
        let given = |screen| vec![Given::own(levels([(Screen::Rooms, Level::Full), (screen, Level::Full)]))];
        for (username, screen, read, deleted) in
            [("keeper", Screen::Users, 403, 403), ("plumber", Screen::Integrations, 403, 403), ("leader", Screen::Members, 200, 204)]
        {
            let spec = UserSpec { username, grants: given(screen), ..UserSpec::default() };
            let mut browser = app.signed_in_as(spec).await;
            assert_eq!(ids(&mut browser, &format!("?subject_id={team}")).await.is_empty(), read == 403, "{username}");
            browser.get(&grant).await.expect(read);
            browser.delete(&grant).await.expect(deleted);
        }
    }

    async fn secrets_and_tokens_of_who_will_have_more_than_oneself_are_not_handed_out(app: TestApp) {
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let robots = client.made["id"].as_str().unwrap();
        let later = |kind: &str, id: &str| json!({ "subject_kind": kind, "subject_id": id, "levels": { "audit": "read" }, "from": rfc3339(START + DAY) });
        admin.post(GRANTS, &later("integration", robots)).await.expect(201);
        let (alone, _) = app.api_user("Alone", Role::Owner, None, &[]).await;
        admin.post(GRANTS, &later("api_user", &alone)).await.expect(201);
        let (member, _) = app.api_user("Member", Role::Owner, None, &[]).await;
        let team = app.team("Auditors", &[], &[]).await;
        app.join(&team, MemberKind::ApiUser, &member).await;
        admin.post(GRANTS, &later("team", &team)).await.expect(201);
        let own = levels([(Screen::Rooms, Level::Full), (Screen::Members, Level::Full), (Screen::Integrations, Level::Full)]);
        let mut keeper = app.signed_in_as(UserSpec { username: "keeper", grants: vec![Given::own(own)], ..UserSpec::default() }).await;
        for path in [
            format!("/api/v1/integrations/{robots}/secrets"),
            format!("/api/v1/api-users/{alone}/token"),
            format!("/api/v1/api-users/{member}/token"),
        ] {
            let refused = keeper.post(&path, &json!({})).await.expect(403).json();
            assert_eq!(refused["code"], "above_rights", "{path}");
            let status = admin.post(&path, &json!({})).await.status;
            assert!(status == 200 || status == 201, "{path}: {status}");
        }
    }

    async fn integration_takes_no_profile(app: TestApp) {
        let mut admin = app.admin().await;
        let profile = app.profile("Rooms", rooms()).await;
        let client = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let body = json!({ "subject_kind": "integration", "subject_id": client.made["id"], "profile_id": profile });
        assert_eq!(fields(&admin.post(GRANTS, &body).await.expect(422).json()), ["profile_id"]);
    }
}
