use crate::access::{Level, Levels, Role, Screen};
use crate::db::{STATEMENTS, rows, scalar};
use crate::features::companies::model::CompanyKind;
use crate::testing::{Browser, Given, START, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};
use std::cell::Cell;

const PROFILES: &str = "/api/v1/profiles";

fn path(id: &str) -> String {
    format!("{PROFILES}/{id}")
}

async fn create(browser: &mut Browser, name: &str, levels: Value) -> Value {
    browser.post(PROFILES, &json!({ "name": name, "levels": levels })).await.expect(201).json()
}

/// The fields that an answer complains about, with their codes.
fn complaints(answer: &Value) -> Vec<(String, String)> {
    let text = |error: &Value, key: &str| error[key].as_str().unwrap().to_owned();
    let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("{answer}"));
    errors.iter().map(|error| (text(error, "field"), text(error, "code"))).collect()
}

fn complaint(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

/// A Common Manager with rights of their own.
fn manager(levels: Levels) -> UserSpec<'static> {
    UserSpec { username: "manager", grants: vec![Given::own(levels)], ..UserSpec::default() }
}

const WRITES: (Screen, Level) = (Screen::Profiles, Level::Full);

both! {
    async fn administrator_makes_edits_and_deletes_a_profile(app: TestApp) {
        let mut admin = app.admin().await;
        let body = json!({ "name": "  Night porter ", "levels": { "rooms": "full", "alerts": "read", "users": "none" } });
        let answer = admin.post(PROFILES, &body).await.expect(201);
        let made = answer.json();
        let id = made["id"].as_str().unwrap().to_owned();
        let expected = json!({
            "id": id, "name": "Night porter", "levels": { "rooms": "full", "alerts": "read" }, "builtin": false,
            "user_count": 0, "team_count": 0,
            "api_user_count": 0, "version": 1
        });
        assert_eq!(made, expected);
        assert_eq!((answer.header("location"), answer.header("etag")), (path(&id).as_str(), "\"1\""));

        let edited = admin.patch(&path(&id), "\"1\"", &json!({ "levels": { "rooms": "read" } })).await.expect(200);
        assert_eq!(edited.header("etag"), "\"2\"");
        let expected = json!({
            "id": id, "name": "Night porter", "levels": { "rooms": "read" }, "builtin": false, "user_count": 0, "team_count": 0,
            "api_user_count": 0, "version": 2
        });
        assert_eq!(edited.json(), expected);
        assert_eq!(admin.get(&path(&id)).await.expect(200).json(), expected);

        admin.delete(&path(&id)).await.expect(204);
        admin.get(&path(&id)).await.expect(404);
        let actions = actions(&app, &id).await;
        assert_eq!(actions, ["profiles.create", "profiles.edit", "profiles.delete"]);
    }

    async fn second_editor_is_refused_and_nothing_is_overwritten(app: TestApp) {
        let mut admin = app.admin().await;
        let id = app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await;
        let rename = |name: &str| json!({ "name": name });
        admin.send(http::Method::PATCH, &path(&id), "application/json", rename("A").to_string()).await.expect(428);
        admin.patch(&path(&id), "\"1\"", &rename("First")).await.expect(200);
        admin.patch(&path(&id), "\"1\"", &rename("Second")).await.expect(412);
        let change = json!({ "id": id, "version": 1, "change": { "name": "Third", "levels": { "rooms": "read" } } });
        admin.call("profiles.edit", &change).await.expect(412);
        assert_eq!(admin.get(&path(&id)).await.json()["name"], "First");
        assert_eq!(admin.patch(&path(&id), "*", &rename("Any")).await.expect(200).json()["version"], 3);
        let same = admin.patch(&path(&id), "*", &rename("Any")).await.expect(200);
        assert_eq!(same.json()["version"], 3, "nothing changed");
    }

    async fn bad_input_is_told_at_its_field(app: TestApp) {
        let mut admin = app.admin().await;
        let rooms = json!({ "rooms": "read" });
        let cases = [
            (json!({ "name": "A", "levels": {} }), complaint("levels", "required")),
            (json!({ "name": "A", "levels": { "rooms": "none" } }), complaint("levels", "required")),
            (json!({ "name": "A", "levels": { "garage": "read" } }), complaint("levels", "unknown")),
            (json!({ "name": "A", "levels": { "rooms": "write" } }), complaint("levels.rooms", "not_allowed")),
            (json!({ "name": "A" }), complaint("levels", "required")),
            (json!({ "name": " ", "levels": rooms }), complaint("name", "required")),
            (json!({ "name": "a\u{0}b", "levels": rooms }), complaint("name", "malformed")),
            (json!({ "name": "x".repeat(101), "levels": rooms }), complaint("name", "too_long")),
            (json!({ "name": "A", "levels": rooms, "builtin": true }), complaint("builtin", "unknown")),
        ];
        for (body, expected) in cases {
            let answer = admin.post(PROFILES, &body).await.expect(422);
            assert_eq!(complaints(&answer.json()), expected, "{body}");
        }
        let both = admin.post(PROFILES, &json!({ "name": "", "levels": {} })).await.expect(422).json();
        assert_eq!(complaints(&both).len(), 2, "all that is wrong is told at once");
        create(&mut admin, &"é".repeat(100), rooms.clone()).await;
        assert_eq!(admin.get(PROFILES).await.json()["count"], 2, "nothing else was made");
    }

    async fn name_is_unique_in_any_case_and_unicode_form_within_the_organization(app: TestApp) {
        let mut admin = app.admin().await;
        let elsewhere = app.organization("Elsewhere").await;
        app.profile_of(&elsewhere, "Zoë", Levels::FULL).await;
        let rooms = json!({ "rooms": "read" });
        create(&mut admin, "Zoë", rooms.clone()).await;
        let other = create(&mut admin, "Other", rooms.clone()).await;
        for name in ["ZOE\u{308}", "zoë", "administrator"] {
            let answer = admin.post(PROFILES, &json!({ "name": name, "levels": rooms })).await.expect(409).json();
            assert_eq!(complaints(&answer), complaint("name", "taken"));
        }
        let id = other["id"].as_str().unwrap();
        let answer = admin.patch(&path(id), "*", &json!({ "name": "zOË" })).await.expect(409).json();
        assert_eq!(complaints(&answer), complaint("name", "taken"));
        admin.patch(&path(id), "*", &json!({ "name": "OTHER" })).await.expect(200);
    }

    async fn what_is_no_id_and_what_is_elsewhere_are_missing(app: TestApp) {
        let mut admin = app.admin().await;
        let elsewhere = app.organization("Elsewhere").await;
        let foreign = app.profile_of(&elsewhere, "Theirs", Levels::FULL).await;
        for id in [foreign.as_str(), "1", "00000000-0000-7000-8000-000000000000", "%27"] {
            admin.get(&path(id)).await.expect(404);
            admin.patch(&path(id), "*", &json!({ "name": "Mine" })).await.expect(404);
            admin.delete(&path(id)).await.expect(404);
            admin.act(&format!("{}/duplicate", path(id))).await.expect(404);
        }
        const NAME: &str = "select name from profiles where id = $1";
        let name = scalar!(app.system().read().await.unwrap().conn(), String, NAME, foreign).unwrap();
        assert_eq!(name, "Theirs");
    }

    async fn nobody_gives_a_level_that_they_do_not_have_everywhere_and_for_good(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let mut spec = manager(levels([WRITES, (Screen::Rooms, Level::Read)]));
        spec.grants.push(Given::own(levels([(Screen::Lighting, Level::Full)])).at(&building));
        spec.grants.push(Given::own(levels([(Screen::Audit, Level::Full)])).until(START + 60_000));
        let mut browser = app.signed_in_as(spec).await;
        let refused = [
            (json!({ "rooms": "full" }), "You only have read access to Rooms."),
            (json!({ "rooms": "read", "hvac": "read" }), "You don't have access to HVAC."),
            (json!({ "lighting": "read" }), "You have Lighting read only at some places or for a limited time."),
            (json!({ "audit": "read" }), "You have Audit read only at some places or for a limited time."),
        ];
        for (levels, message) in refused {
            let answer = browser.post(PROFILES, &json!({ "name": "A", "levels": levels })).await.expect(422).json();
            assert_eq!(complaints(&answer), complaint("levels", "not_allowed"));
            assert_eq!(answer["errors"][0]["message"], message);
        }
        let made = create(&mut browser, "A", json!({ "rooms": "read", "profiles": "full" })).await;
        let id = made["id"].as_str().unwrap();
        let answer = browser.patch(&path(id), "*", &json!({ "levels": { "rooms": "full" } })).await.expect(422);
        assert_eq!(complaints(&answer.json()), complaint("levels", "not_allowed"));
    }

    async fn profile_that_gives_more_than_the_actor_has_stays_as_it_is(app: TestApp) {
        let above = app.profile("Above", levels([(Screen::Rooms, Level::Full)])).await;
        let mut browser = app.signed_in_as(manager(levels([WRITES, (Screen::Rooms, Level::Read)]))).await;
        for change in [json!({ "levels": { "rooms": "read" } }), json!({ "name": "Mine" })] {
            let answer = browser.patch(&path(&above), "*", &change).await.expect(403);
            assert_eq!(answer.json()["code"], "above_rights");
        }
        assert_eq!(browser.delete(&path(&above)).await.expect(403).json()["code"], "above_rights");
        let copy = browser.act(&format!("{}/duplicate", path(&above))).await.expect(422).json();
        assert_eq!(complaints(&copy), complaint("levels", "not_allowed"));
    }

    async fn list_in_the_place_of_an_object_is_refused_and_changes_nothing(app: TestApp) {
        let kept = app.profile("Kept", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        for list in [json!([null, null]), json!(["Other", null]), json!([])] {
            let refused = admin.patch(&path(&kept), "*", &list).await.expect(422).json();
            assert_eq!(complaints(&refused), complaint(".", "malformed"));
        }
        let now = admin.get(&path(&kept)).await.expect(200).json();
        assert_eq!((&now["name"], &now["version"]), (&json!("Kept"), &json!(1)));
    }

    async fn engineer_does_not_change_what_a_manager_holds(app: TestApp) {
        let held = app.profile("Held", levels([(Screen::Rooms, Level::Full)])).await;
        let free = app.profile("Free", levels([(Screen::Rooms, Level::Full)])).await;
        app.user(UserSpec { username: "boss", grants: vec![Given::profile(&held)], ..UserSpec::default() }).await;
        let engineer = UserSpec { role: Role::OperationsEngineer, ..manager(Levels::FULL) };
        let mut browser = app.signed_in_as(engineer).await;
        let change = json!({ "levels": { "rooms": "read" } });
        assert_eq!(browser.patch(&path(&held), "*", &change).await.expect(403).json()["code"], "above_rank");
        let delete = format!("{}?replacement={free}", path(&held));
        assert_eq!(browser.delete(&delete).await.expect(403).json()["code"], "above_rank");
        browser.patch(&path(&free), "*", &change).await.expect(200);
        assert_eq!(browser.get(&path(&held)).await.json()["levels"], json!({ "rooms": "full" }));
    }

    async fn manager_of_a_company_does_not_change_what_others_hold(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let held = app.profile("Held", levels([(Screen::Rooms, Level::Full)])).await;
        let own = app.profile("Own", levels([(Screen::Rooms, Level::Full)])).await;
        app.user(UserSpec { username: "beside", grants: vec![Given::profile(&held)], ..UserSpec::default() }).await;
        let below = UserSpec { username: "below", company: Some(&north), grants: vec![Given::profile(&own)], ..UserSpec::default() };
        app.user(below).await;
        let mut browser = app.signed_in_as(UserSpec { company: Some(&north), ..manager(Levels::FULL) }).await;
        let change = json!({ "levels": { "rooms": "read" } });
        assert_eq!(browser.patch(&path(&held), "*", &change).await.expect(403).json()["code"], "outside_reach");
        browser.patch(&path(&own), "*", &change).await.expect(200);
    }

    async fn built_in_profile_is_duplicated_but_never_edited_or_deleted(app: TestApp) {
        let mut admin = app.admin().await;
        let builtin = app.administrator_profile().await;
        let other = app.profile("Other", Levels::FULL).await;
        for answer in [
            admin.patch(&path(&builtin), "*", &json!({ "name": "Boss" })).await,
            admin.delete(&path(&builtin)).await,
            admin.delete(&format!("{}?replacement={other}", path(&builtin))).await,
        ] {
            assert_eq!(answer.expect(409).json()["code"], "builtin");
        }
        let copy = admin.act(&format!("{}/duplicate", path(&builtin))).await.expect(201).json();
        assert_eq!((copy["name"].as_str(), copy["builtin"].as_bool()), (Some("Administrator copy"), Some(false)));
        admin.delete(&path(copy["id"].as_str().unwrap())).await.expect(204);
    }

    async fn copies_are_numbered_and_fit(app: TestApp) {
        let mut admin = app.admin().await;
        let id = app.profile("Porter", levels([(Screen::Rooms, Level::Full)])).await;
        let mut names = Vec::new();
        for _ in 0..3 {
            let answer = admin.act(&format!("{}/duplicate", path(&id))).await.expect(201);
            let copy = answer.json();
            assert_eq!(copy["levels"], json!({ "rooms": "full" }));
            assert_eq!(answer.header("location"), path(copy["id"].as_str().unwrap()));
            names.push(copy["name"].as_str().unwrap().to_owned());
        }
        assert_eq!(names, ["Porter copy", "Porter copy 2", "Porter copy 3"]);
        let long = app.profile(&"é".repeat(100), levels([(Screen::Rooms, Level::Full)])).await;
        for ending in [" copy", " copy 2"] {
            let copy = admin.act(&format!("{}/duplicate", path(&long))).await.expect(201).json();
            let name = copy["name"].as_str().unwrap();
            assert!(name.ends_with(ending) && name.chars().count() <= 100, "{name}");
        }
    }

    async fn edit_bites_on_the_holder_s_next_request(app: TestApp) {
        let mut admin = app.admin().await;
        let id = app.profile("Porter", levels([(Screen::Rooms, Level::Full)])).await;
        let mut porter = app.signed_in_as(UserSpec { grants: vec![Given::profile(&id)], ..UserSpec::default() }).await;
        let shown = |me: Value| me["levels"].clone();
        assert_eq!(shown(porter.get("/fn/me.view").await.json()), json!({ "rooms": "full" }));
        let change = json!({ "levels": { "rooms": "read", "alerts": "read" } });
        admin.patch(&path(&id), "*", &change).await.expect(200);
        assert_eq!(shown(porter.get("/fn/me.view").await.json()), json!({ "rooms": "read", "alerts": "read" }));
        assert_eq!(admin.get(&path(&id)).await.json()["user_count"], 1);
    }

    async fn profile_in_use_goes_only_with_a_replacement(app: TestApp) {
        let mut admin = app.admin().await;
        let building = app.place(None, "building", "Building A").await;
        let old = app.profile("Old", levels([(Screen::Rooms, Level::Full)])).await;
        let new = app.profile("New", levels([(Screen::Alerts, Level::Read)])).await;
        let anna = app.user(UserSpec {
            username: "anna",
            // On everything she has both: one of them is left. At the building and until then, only the old one.
            grants: vec![
                Given::profile(&old), Given::profile(&new), Given::profile(&old).at(&building),
                Given::profile(&old).until(START + 60_000),
            ],
            ..UserSpec::default()
        }).await;
        let bert = UserSpec { username: "bert", role: Role::Owner, grants: vec![Given::profile(&old)], ..UserSpec::default() };
        let mut bert = app.signed_in_as(bert).await;
        let answer = admin.delete(&path(&old)).await.expect(409).json();
        assert_eq!(answer["code"], "in_use");
        assert!(answer["detail"].as_str().unwrap().starts_with("2 users have this profile."), "{answer}");

        admin.delete(&format!("{}?replacement={new}", path(&old))).await.expect(204);
        admin.get(&path(&old)).await.expect(404);
        assert_eq!(admin.get(&path(&new)).await.json()["user_count"], 2);
        assert_eq!(bert.get("/fn/me.view").await.json()["levels"], json!({ "alerts": "read" }));
        const GRANTS: &str = "select profile_id, rights_id, place_id, until_at from grants where subject_id = $1
            order by coalesce(place_id, ''), coalesce(until_at, 0)";
        type Row = (String, String, Option<String>, Option<i64>);
        let grants = rows!(app.system().read().await.unwrap().conn(), Row, GRANTS, anna.id.as_str()).unwrap();
        let moved = |place: Option<&String>, until| (new.clone(), new.clone(), place.cloned(), until);
        assert_eq!(grants, [moved(None, None), moved(None, Some(START + 60_000)), moved(Some(&building), None)]);
        assert_eq!(left(&app, &old).await, 0);
        const SAID: &str = "select after from audit_events where action = 'profiles.delete'";
        let said = scalar!(app.system().read().await.unwrap().conn(), String, SAID).unwrap();
        let expected = json!({ "holders": 2, "replacement": { "id": new, "name": "New" } });
        assert_eq!(serde_json::from_str::<Value>(&said).unwrap(), expected);
    }

    async fn replacement_is_another_profile_of_the_organization_that_the_actor_may_give_there(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let other = app.place(None, "building", "Building B").await;
        let elsewhere = app.organization("Elsewhere").await;
        let foreign = app.profile_of(&elsewhere, "Theirs", levels([(Screen::Rooms, Level::Read)])).await;
        let rooms = app.profile("Rooms", levels([(Screen::Rooms, Level::Read)])).await;
        let lighting = app.profile("Lighting", levels([(Screen::Lighting, Level::Read)])).await;
        let mut spec = manager(levels([WRITES, (Screen::Rooms, Level::Read)]));
        spec.grants.push(Given::own(levels([(Screen::Lighting, Level::Read)])).at(&building));
        let mut browser = app.signed_in_as(spec).await;
        let holder = app.user(UserSpec { grants: vec![Given::profile(&rooms).at(&other)], ..UserSpec::default() }).await;
        let delete = |replacement: &str| format!("{}?replacement={replacement}", path(&rooms));
        let cases = [(rooms.as_str(), "not_allowed"), (&foreign, "unknown"), ("x", "unknown"), (&lighting, "not_allowed")];
        for (replacement, code) in cases {
            let answer = browser.delete(&delete(replacement)).await.expect(422).json();
            assert_eq!(complaints(&answer), complaint("replacement", code), "{replacement}");
        }
        assert_eq!(browser.get(&path(&rooms)).await.json()["user_count"], 1, "nothing moved");
        const MOVE: &str = "update grants set place_id = $2 where subject_id = $1";
        let mut write = app.system().write().await.unwrap();
        crate::db::exec!(write.conn(), MOVE, holder.id.as_str(), building.as_str()).unwrap();
        write.commit_unlogged().await.unwrap();
        browser.delete(&delete(&lighting)).await.expect(204);
    }

    async fn list_is_sorted_searched_and_paged(app: TestApp) {
        let mut admin = app.admin().await;
        for name in ["beta", "Alpha", "100%", "a_b", "axb", "Zoë"] {
            app.profile(name, levels([(Screen::Rooms, Level::Read)])).await;
        }
        let elsewhere = app.organization("Elsewhere").await;
        app.profile_of(&elsewhere, "Theirs", Levels::FULL).await;
        let names = |page: &Value| -> Vec<String> {
            page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
        };
        let all = ["100%", "a_b", "Administrator", "Alpha", "axb", "beta", "Zoë"];
        let page = admin.get(PROFILES).await.expect(200).json();
        assert_eq!((names(&page), &page["count"], &page["next_cursor"]), (all.map(String::from).to_vec(), &json!(7), &Value::Null));

        for (sort, expected) in [("name", all.to_vec()), ("-name", all.iter().rev().copied().collect())] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            for _ in 0..3 {
                let page = admin.get(&format!("{PROFILES}?limit=3&sort={sort}&cursor={cursor}")).await.expect(200).json();
                seen.extend(names(&page));
                cursor = page["next_cursor"].as_str().unwrap_or_default().to_owned();
            }
            assert_eq!((seen, cursor.as_str()), (expected.into_iter().map(String::from).collect(), ""));
        }
        for (q, expected) in [("%25", vec!["100%"]), ("_", vec!["a_b"]), ("ZOE%CC%88", vec!["Zoë"]), ("ALPH", vec!["Alpha"]), ("none", vec![])] {
            let page = admin.get(&format!("{PROFILES}?q={q}")).await.expect(200).json();
            assert_eq!((names(&page), page["count"].as_u64()), (expected.iter().map(|n| (*n).to_owned()).collect(), Some(expected.len() as u64)));
        }
        let cursor = admin.get(&format!("{PROFILES}?limit=1")).await.json()["next_cursor"].as_str().unwrap().to_owned();
        for wrong in ["limit=0", "limit=201", "limit=x", "sort=users", "colour=red", "cursor=x", &format!("sort=-name&cursor={cursor}")] {
            admin.get(&format!("{PROFILES}?{wrong}")).await.expect(400);
        }
    }

    async fn list_costs_the_same_however_many_rows(app: TestApp) {
        let mut admin = app.admin().await;
        let mut counted = Vec::new();
        for n in 0..2 {
            for m in 0..20 * n {
                app.profile(&format!("{m}"), Levels::FULL).await;
            }
            let run = async {
                admin.get(PROFILES).await.expect(200);
                STATEMENTS.with(Cell::get)
            };
            counted.push(STATEMENTS.scope(Cell::new(0), run).await);
        }
        assert_eq!(counted[0], counted[1]);
        // Session and grants, then rows, count and levels.
        assert!((4..=5).contains(&counted[0]), "{counted:?}");
    }

    async fn reader_sees_everything_and_changes_nothing(app: TestApp) {
        let id = app.profile("Night porter", levels([(Screen::Rooms, Level::Full)])).await;
        let mut reader = app.signed_in_as(manager(levels([(Screen::Profiles, Level::Read)]))).await;
        reader.get(&path(&id)).await.expect(200);
        reader.post(PROFILES, &json!({ "name": "A", "levels": { "rooms": "read" } })).await.expect(403);
        reader.patch(&path(&id), "*", &json!({ "name": "A" })).await.expect(403);
        reader.delete(&path(&id)).await.expect(403);
        reader.act(&format!("{}/duplicate", path(&id))).await.expect(403);
        reader.call("profiles.delete", &json!({ "id": id, "replacement": null })).await.expect(403);

        let list = reader.get("/profiles").await.expect(200).text;
        assert!(list.contains("Night porter"));
        let create = element(&list, "Create profile");
        assert!(create.contains("aria-disabled=\"true\"") && create.contains("You need the Profiles screen at Full."), "{create}");
        let form = reader.get(&format!("/profiles/{id}/edit")).await.expect(200).text;
        assert!(element(&form, "Save").contains("aria-disabled=\"true\""));
        assert_eq!(form.matches("type=\"radio\"").count(), 42);
        assert_eq!(form.matches("aria-disabled=\"true\"").count(), 42 + 3, "each radio, both quick buttons and Save");
        let dialog = reader.get(&format!("/profiles?delete={id}")).await.expect(200).text;
        assert!(dialog.contains("Delete Night porter?") && dialog.contains("You need the Profiles screen at Full."));
    }

    async fn screen_that_is_not_open_says_so(app: TestApp) {
        let mut browser = app.signed_in_as(manager(levels([(Screen::Users, Level::Full)]))).await;
        let answer = browser.get(PROFILES).await.expect(403).json();
        assert_eq!(answer["code"], "not_granted");
        let page = browser.get("/profiles").await;
        assert!(page.text.contains("No access"), "{}", page.text);
        assert!(!page.text.contains("href=\"/profiles\""), "neither in the navigation nor among the tabs");
    }

    async fn administrator_s_pages_show_names_levels_and_holders(app: TestApp) {
        let mut admin = app.admin().await;
        let porter = app.profile("Night <porter>", levels([(Screen::Rooms, Level::Full), (Screen::Alerts, Level::Read)])).await;
        app.profile("Day porter", levels([(Screen::Rooms, Level::Read)])).await;
        app.user(UserSpec { grants: vec![Given::profile(&porter)], ..UserSpec::default() }).await;
        let list = admin.get("/profiles").await.expect(200).text;
        for shown in [
            "Night &lt;porter&gt;", "Access: full on Rooms; read on Alerts; nothing else.", "Built-in", "3 profiles",
            &format!("/users?profile_id={porter}"), "href=\"/profiles/new\"",
        ] {
            assert!(list.contains(shown), "{shown} is not in {list}");
        }
        let none = admin.get("/profiles?q=nobody").await.expect(200).text;
        assert!(none.contains("No matching profiles") && none.contains("0 profiles"));
        let form = admin.get(&format!("/profiles/{porter}/edit")).await.expect(200).text;
        assert!(form.contains("Saving changes access for 1 user immediately."));
        assert!(form.contains("<legend>Rooms</legend>") && form.contains("name=\"level-rooms\""));
        let rooms: Vec<&str> = form.split("name=\"level-rooms\"").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
        let checked: Vec<bool> = rooms.iter().map(|radio| radio.contains("checked")).collect();
        assert_eq!(checked, [false, false, true], "{rooms:?}");
        let dialog = admin.get(&format!("/profiles?delete={porter}")).await.expect(200).text;
        assert!(dialog.contains("1 user has this profile") && dialog.contains("Day porter") && dialog.contains("Choose a replacement first."));
        let page = admin.get("/profiles/00000000-0000-7000-8000-000000000000/edit").await;
        assert!(page.text.contains("Not found"), "{}", page.text);
    }
}

/// What the audit log says about a profile, in order.
async fn actions(app: &TestApp, id: &str) -> Vec<String> {
    const ACTIONS: &str = "select action from audit_events where target_id = $1 order by
        case action when 'profiles.create' then 1 when 'profiles.edit' then 2 else 3 end";
    let found = rows!(app.system().read().await.unwrap().conn(), (String,), ACTIONS, id).unwrap();
    found.into_iter().map(|row| row.0).collect()
}

/// Rows that still speak of a profile.
async fn left(app: &TestApp, id: &str) -> i64 {
    const LEFT: &str = "select (select count(*) from grants where profile_id = $1 or rights_id = $1)
        + (select count(*) from user_profiles where profile_id = $1) + (select count(*) from levels where owner_id = $1)";
    scalar!(app.system().read().await.unwrap().conn(), i64, LEFT, id).unwrap()
}

/// The opening tag of the button that ends in these words.
fn element<'a>(page: &'a str, words: &str) -> &'a str {
    let end = page.rfind(words).unwrap_or_else(|| panic!("no {words} in {page}"));
    let start = page[..end].rfind("<button").unwrap();
    &page[start..end]
}
