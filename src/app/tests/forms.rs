//! Every form of the console, sent as a browser sends it that runs no application.

use crate::access::{Level, Levels, Role, Screen};
use crate::testing::{Browser, Given, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};

/// What the form for a new user sends.
async fn new_user(admin: &mut Browser, username: &str) -> Vec<(&'static str, String)> {
    let company =
        admin.get("/api/v1/users?limit=1").await.json()["items"][0]["company_id"].as_str().unwrap().to_owned();
    let fields = [
        ("username", username),
        ("name", "Wanda Waits"),
        ("region", "europe"),
        ("email", "wanda@example.com"),
        ("company_id", &company),
        ("description", "Night shift"),
        ("mode", "auto"),
        ("role", "owner"),
        ("places_mode", "everything"),
    ];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

async fn send(browser: &mut Browser, path: &str, fields: &[(&'static str, String)]) -> crate::testing::Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.form(path, &fields).await
}

fn with(fields: &[(&'static str, String)], name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let others = fields.iter().filter(|(other, _)| *other != name).cloned();
    others.chain([(name, value.to_owned())]).collect()
}

async fn found(browser: &mut Browser, path: &str) -> Value {
    browser.get(path).await.expect(200).json()["items"].clone()
}

both! {
    async fn user_is_added_by_a_plain_form_and_the_password_is_shown_once(app: TestApp) {
        let profile = app.profile("Porter", Levels::NONE.with(Screen::Rooms, Level::Read)).await;
        let floor = app.place(None, "building", "Building A").await;
        let mut admin = app.admin().await;
        let fields = new_user(&mut admin, "wanda").await;
        let mut fields = with(&fields, "places_mode", "some");
        fields.extend([("profile", profile.clone()), ("place", format!(" {floor}"))]);
        let page = send(&mut admin, "/users/new", &fields).await.expect(200);
        let user = found(&mut admin, "/api/v1/users?q=wanda").await[0].clone();
        assert_eq!((&user["profiles"], &user["places"]), (&json!([profile]), &json!([floor])));
        assert_eq!(user["description"], "Night shift");
        assert!(page.text.contains("Temporary password") && !page.text.contains("doorward.wasm"), "{}", page.text);
        assert!(page.text.contains(&format!("/users/{}", user["id"].as_str().unwrap())), "the way on: {}", page.text);
        assert_eq!(page.header("cache-control"), "no-store");
    }

    async fn what_is_wrong_is_said_at_its_field_and_nothing_that_was_typed_is_lost(app: TestApp) {
        let profile = app.profile("Porter", Levels::NONE.with(Screen::Rooms, Level::Read)).await;
        let mut admin = app.admin().await;
        let fields = with(&new_user(&mut admin, "wanda").await, "role", "");
        let mut fields = with(&with(&fields, "mode", "custom"), "places_mode", "some");
        let secret = "copper violin meadow 38 tea";
        fields.extend([("profile", profile.clone()), ("password", secret.to_owned()), ("again", secret.to_owned())]);
        let page = send(&mut admin, "/users/new", &fields).await.expect(422);
        for typed in ["Wanda Waits", "wanda@example.com", "Night shift", "Choose a role.", "Choose at least one building"] {
            assert!(page.text.contains(typed), "{typed}: {}", page.text);
        }
        let ticked = page.text.split("<input").find(|input| input.contains(&format!("profile-{profile}"))).unwrap();
        assert!(ticked.split('>').next().unwrap().contains("checked"), "{ticked}");
        assert!(!page.text.contains(secret), "passwords are typed again");
        assert!(page.text.contains("doorward.wasm"), "the application goes on from here");
        assert_eq!(found(&mut admin, "/api/v1/users?q=wanda").await, json!([]));
        let differ = with(&fields, "again", "something else entirely");
        assert!(send(&mut admin, "/users/new", &differ).await.expect(422).text.contains("The passwords don't match."));
        let mut taken = new_user(&mut admin, "admin").await;
        taken.push(("profile", profile));
        let page = send(&mut admin, "/users/new", &taken).await.expect(409);
        assert!(page.text.contains("This username is taken."), "{}", page.text);
    }

    async fn edit_by_a_plain_form_keeps_what_the_form_does_not_show_and_overwrites_nobody(app: TestApp) {
        let porter = app.profile("Porter", Levels::NONE.with(Screen::Rooms, Level::Read)).await;
        let anna = app.user(UserSpec { grants: vec![Given::profile(&porter)], ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        let path = format!("/api/v1/users/{}", anna.id);
        let before = admin.get(&path).await.expect(200).json();
        let fields = new_user(&mut admin, "anna").await;
        let mut fields = with(&fields, "role", before["role"].as_str().unwrap());
        fields.extend([("profile", porter.clone()), ("version", before["version"].to_string())]);
        let saved = send(&mut admin, &format!("/users/{}/edit", anna.id), &fields).await.expect(303);
        assert_eq!(saved.header("location"), format!("/users/{}", anna.id));
        let after = admin.get(&path).await.expect(200).json();
        assert_eq!((&after["name"], &after["profiles"]), (&json!("Wanda Waits"), &json!([porter])));
        let stale = with(&fields, "name", "Another name");
        let page = send(&mut admin, &format!("/users/{}/edit", anna.id), &stale).await.expect(412);
        assert!(page.text.contains("Another name"), "{}", page.text);
        assert_eq!(admin.get(&path).await.json()["name"], "Wanda Waits");
    }

    async fn profile_and_team_are_made_and_changed_by_plain_forms(app: TestApp) {
        let mut admin = app.admin().await;
        let empty = admin.form("/profiles/new", &[("name", "Night porter")]).await.expect(422);
        assert!(empty.text.contains("Give access to at least one screen."), "{}", empty.text);
        let fields = [("name", "Night porter"), ("level-rooms", "full"), ("level-alerts", "read")];
        assert_eq!(admin.form("/profiles/new", &fields).await.expect(303).header("location"), "/profiles");
        let made = found(&mut admin, "/api/v1/profiles?q=night").await[0].clone();
        assert_eq!(made["levels"], json!({ "rooms": "full", "alerts": "read" }));
        let (path, version) = (format!("/profiles/{}/edit", made["id"].as_str().unwrap()), made["version"].to_string());
        admin.form(&path, &[("name", "Porter"), ("level-rooms", "read"), ("level-alerts", "none"), ("version", &version)]).await.expect(303);
        assert_eq!(found(&mut admin, "/api/v1/profiles?q=porter").await[0]["levels"], json!({ "rooms": "read" }));

        let profile = made["id"].as_str().unwrap();
        let team = [("name", "Evening"), ("remark", "Two people"), ("profile", profile), ("places_mode", "everything"), ("all_devices", "view")];
        let made = admin.form("/members/teams/new", &team).await.expect(303);
        let team = found(&mut admin, "/api/v1/teams?q=evening").await[0].clone();
        let page = format!("/members/teams/{}", team["id"].as_str().unwrap());
        assert_eq!(made.header("location"), page);
        assert_eq!((&team["remark"], &team["rights"]["profiles"], &team["rights"]["all_devices"]), (&json!("Two people"), &json!([profile]), &json!("view")));
        let version = team["version"].to_string();
        admin.form(&format!("{page}/edit"), &[("name", "Evening shift"), ("version", &version), ("places_mode", "everything")]).await.expect(303);
        let team = found(&mut admin, "/api/v1/teams?q=evening").await[0].clone();
        assert_eq!((&team["name"], &team["rights"]["profiles"]), (&json!("Evening shift"), &json!([])), "an unticked box is not sent");
    }

    async fn secrets_of_api_user_key_and_integration_are_shown_once_by_plain_forms(app: TestApp) {
        let mut admin = app.admin().await;
        let team = admin.post("/api/v1/teams", &json!({ "name": "Night shift" })).await.expect(201).json();
        let line = format!("{}\tNight shift\n", team["id"].as_str().unwrap());
        let fields = [("name", "Gateway"), ("teams", line.as_str()), ("ends", "day"), ("places_mode", "everything"), ("level-rooms", "read")];
        let page = admin.form("/members/api-users/new", &fields).await.expect(422);
        assert!(page.text.contains("Choose an expiration date") && page.text.contains("Night shift"), "{}", page.text);
        let fields = [fields.as_slice(), &[("expires_at", "2099-12-31")]].concat();
        let page = admin.form("/members/api-users/new", &fields).await.expect(200);
        let made = found(&mut admin, "/api/v1/api-users?q=gateway").await[0].clone();
        assert_eq!((&made["teams"], &made["token"]["expires_at"]), (&json!([team["id"]]), &json!("2099-12-31T23:59:59.999Z")));
        assert!(page.text.contains(made["token"]["hint"].as_str().unwrap()), "the token: {}", page.text);

        let page = admin.form("/me/api-keys/new", &[("name", "Backup"), ("ends", "never"), ("screens", "all")]).await.expect(200);
        assert!(page.text.contains("Backup created") && page.text.contains("dwk_"), "{}", page.text);

        let fields = [("name", "Robots"), ("client_id", "robots"), ("level-rooms", "full"), ("places_mode", "everything")];
        let page = admin.form("/integrations/new", &fields).await.expect(200);
        assert!(page.text.contains("Client secret") && page.text.contains("robots"), "{}", page.text);
        let made = found(&mut admin, "/api/v1/integrations?q=robots").await[0].clone();
        let edit = format!("/integrations/{}/edit", made["id"].as_str().unwrap());
        let version = made["version"].to_string();
        admin.form(&edit, &[("version", &version), ("level-rooms", "read"), ("places_mode", "everything")]).await.expect(303);
        assert_eq!(found(&mut admin, "/api/v1/integrations?q=robots").await[0]["levels"], json!({ "rooms": "read" }));
    }

    async fn organization_s_name_and_one_s_own_details_are_saved_by_plain_forms(app: TestApp) {
        let mut admin = app.admin().await;
        let settings = admin.get("/api/v1/settings").await.expect(200).json();
        let version = settings["version"].to_string();
        let named = |name| [("name", name), ("version", version.as_str())];
        let empty = admin.form("/settings?form=organization", &named(" ")).await.expect(422);
        assert!(empty.text.contains("aria-invalid=\"true\""), "{}", empty.text);
        let saved = admin.form("/settings?form=organization", &named("Harbour Hotel")).await.expect(303);
        assert_eq!(saved.header("location"), "/settings");
        assert_eq!(admin.get("/api/v1/settings").await.json()["name"], "Harbour Hotel");
        admin.form("/settings?form=organization", &named("Another")).await.expect(412);

        let version = admin.get("/fn/me.view").await.expect(200).json()["version"].to_string();
        let details = |email| [("name", "Ada Admin"), ("email", email), ("phone", ""), ("version", version.as_str())];
        let wrong = admin.form("/me?form=details", &details("nowhere")).await.expect(422);
        assert!(wrong.text.contains("Ada Admin") && wrong.text.contains("value=\"nowhere\""), "{}", wrong.text);
        assert_eq!(admin.form("/me?form=details", &details("ada@example.com")).await.expect(303).header("location"), "/me");
        assert_eq!(admin.get("/fn/me.view").await.json()["name"], "Ada Admin");
        admin.form("/settings", &details("ada@example.com")).await.expect(404);
    }

    async fn plain_form_opens_nothing_that_is_closed(app: TestApp) {
        let reads = vec![Given::own(levels([(Screen::Profiles, Level::Read)]))];
        let mut reader = app.signed_in_as(UserSpec { username: "reader", grants: reads, ..UserSpec::default() }).await;
        let fields = [("name", "Mine"), ("level-rooms", "full")];
        reader.form("/profiles/new", &fields).await.expect(403);
        reader.form("/members/teams/new", &[("name", "Mine")]).await.expect(403);
        let mut owner = app.signed_in_as(UserSpec { username: "owner", role: Role::Owner, ..UserSpec::default() }).await;
        owner.form("/users/new", &[("username", "mine")]).await.expect(403);
        let mut admin = app.admin().await;
        admin.form("/profiles/00000000-0000-7000-8000-000000000000/edit", &fields).await.expect(404);
        admin.form("/users", &fields).await.expect(405);
        admin.with("sec-fetch-site", "cross-site").form("/profiles/new", &fields).await.expect(403);
        let mut stranger = app.browser();
        assert!(stranger.form("/profiles/new", &fields).await.expect(303).header("location").starts_with("/sign-in"));
        assert_eq!(found(&mut app.admin_anew().await, "/api/v1/profiles?q=mine").await, json!([]));
    }
}
