//! A valid body for every endpoint that takes one, so that nothing but the doorway can refuse it.

use crate::access::Role;
use crate::features::api_keys::model::NewApiKey;
use crate::features::api_users::model::{ApiUserChange, NewApiUser};
use crate::features::integrations::model::{self as integrations, NewIntegration};
use crate::features::teams::model::{NewTeam, TeamChange};
use crate::features::users::model::{NewUser, PasswordSetup, UserChange};
use crate::rights::model::Places;
use crate::testing::{Given, START, TestApp};
use crate::types::ListQuery;
use serde_json::{Value, json};

/// One object of each kind, by the word that stands in a path.
#[derive(Clone)]
pub struct Ids(Vec<(&'static str, String)>);

impl Ids {
    /// Of what there is in the first organization.
    pub async fn made(app: &TestApp) -> Ids {
        Ids::numbered(app, 0).await
    }

    /// The same under names of their own, so that there can be many.
    pub async fn numbered(app: &TestApp, number: usize) -> Ids {
        let named = |name: &str| format!("{name}{number}");
        let building = app.place(None, "building", &named("Building A")).await;
        let floor = app.place(Some(&building), "floor", "Floor 1").await;
        let room = app.place(Some(&floor), "room", "Room 101").await;
        let light = app.place(Some(&room), "light", "Ceiling").await;
        let hvac = app.place(Some(&room), "hvac", "Unit").await;
        let alert = app.alert(&room, "warning", "Filter").await;
        let rooms = [(crate::access::Screen::Rooms, crate::access::Level::Read)].into_iter().collect();
        let profile = app.profile(&named("Foreign profile"), rooms).await;
        let username = named("foreigner");
        let role = Role::OperationsEngineer;
        let spec = crate::testing::UserSpec { username: &username, role, ..Default::default() };
        let person = app.user(spec).await;
        let mut theirs = app.browser_of(&person).await;
        let key = theirs.post("/api/v1/api-keys", &json!({ "name": "Foreign key" })).await.expect(201).json();
        let key = key["id"].as_str().unwrap().to_owned();
        let session = app.session_of(&person).await;
        let team = app.team(&named("Foreign team"), &[], &[&person.id]).await;
        let (api_user, _) = app.api_user(&named("Foreign robot"), Role::Owner, None, &[]).await;
        let mail = app.waiting_mail(&person).await;
        let grant = app.grant(&person.id, Given::profile(&profile).until(START + 10 * 86_400_000)).await;
        Ids(vec![
            ("teams", team),
            ("members", person.id.clone()),
            ("api-users", api_user.clone()),
            ("api_users", api_user),
            ("users", person.id),
            ("profiles", profile),
            ("sessions", session),
            ("settings", mail),
            ("api-keys", key.clone()),
            ("api_keys", key),
            ("integrations", app.integration(&named("Foreign client")).await),
            ("grants", grant),
            ("buildings", building),
            ("floors", floor),
            ("rooms", room),
            ("devices", light.clone()),
            ("lights", light),
            ("hvac", hvac),
            ("alerts", alert),
        ])
    }

    /// Ids that nothing has.
    pub fn missing(&self) -> Ids {
        let none = || "01900000-0000-7000-8000-000000000000".to_owned();
        Ids(self.0.iter().map(|(kind, _)| (*kind, none())).collect())
    }

    /// The object that an endpoint is about.
    pub fn of(&self, path: &str) -> &str {
        let kind = path.trim_start_matches("/api/v1/").trim_start_matches("/fn/");
        let kind = kind.split(['/', '.']).next().unwrap_or_default();
        self.named(kind)
    }

    /// The object of a kind.
    pub fn named(&self, kind: &str) -> &str {
        let found = self.0.iter().find(|(name, _)| *name == kind);
        &found.unwrap_or_else(|| panic!("no sample of {kind}")).1
    }

    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, id)| id.as_str())
    }
}

/// Rooms to read, everywhere.
fn rooms() -> integrations::Rights {
    let levels = [(crate::access::Screen::Rooms, crate::access::Level::Read)].into_iter().collect();
    integrations::Rights { levels, places: Some(Places::Everything), ..integrations::Rights::default() }
}

/// The body of an endpoint, about an object of `ids`; none where it takes none. A new endpoint needs a line here.
pub fn body(verb: &str, path: &str, ids: &Ids) -> Option<Value> {
    let id = || ids.of(path).to_owned();
    let levels = json!({ "name": "New", "levels": { "rooms": "read" } });
    Some(match path {
        _ if verb == "GET" || verb == "DELETE" => return None,
        "/api/v1/users" => json!({
            "username": "new", "name": "New", "email": "new@example.com", "role": "owner",
            "profiles": [ids.of("profiles")], "places": "everything",
        }),
        "/api/v1/users/{id}" => json!({ "description": "Works nights" }),
        "/api/v1/profiles" => levels,
        "/api/v1/profiles/{id}" => json!({ "name": "Other" }),
        "/api/v1/api-keys" => json!({ "name": "New" }),
        "/fn/api_keys.list" => json!({ "query": ListQuery::default() }),
        "/fn/api_keys.create" => {
            json!({ "new": NewApiKey { name: "New".to_owned().into(), ..NewApiKey::default() } })
        }
        "/fn/api_keys.get" | "/fn/api_keys.revoke" => json!({ "id": id() }),
        "/api/v1/teams" => json!({ "name": "New", "rights": { "levels": { "rooms": "read" } } }),
        "/api/v1/teams/{id}" | "/api/v1/api-users/{id}" => json!({ "remark": "Works nights" }),
        "/api/v1/teams/{id}/members" => json!({ "kind": "api_user", "id": ids.of("api-users") }),
        "/fn/teams.list" => json!({ "query": ListQuery::default() }),
        "/fn/teams.get" | "/fn/teams.delete" => json!({ "id": id() }),
        "/fn/teams.members" => json!({ "id": id(), "query": ListQuery::default() }),
        "/fn/teams.choices" => json!({}),
        "/fn/teams.candidates" | "/fn/teams.devices" => json!({ "q": "a" }),
        "/fn/teams.create" => json!({ "new": NewTeam { name: "New".to_owned().into(), ..NewTeam::default() } }),
        "/fn/teams.edit" => json!({ "id": id(), "version": 1, "change": TeamChange::default() }),
        "/fn/teams.add_member" => {
            json!({ "id": id(), "member": { "kind": "api_user", "id": ids.of("api-users") } })
        }
        "/fn/teams.remove_member" => json!({ "id": id(), "member_id": ids.named("members") }),
        "/api/v1/api-users" => json!({ "name": "New" }),
        "/api/v1/api-users/{id}/token" => json!({}),
        "/api/v1/api-users/{id}/disable" | "/api/v1/api-users/{id}/enable" => return None,
        "/fn/api_users.list" => json!({ "query": ListQuery::default() }),
        "/fn/api_users.detail" | "/fn/api_users.delete" => json!({ "id": id() }),
        "/fn/api_users.create" => {
            json!({ "new": NewApiUser { name: "New".to_owned().into(), ..NewApiUser::default() } })
        }
        "/fn/api_users.edit" => json!({ "id": id(), "version": 1, "change": ApiUserChange::default() }),
        "/fn/api_users.set_status" => json!({ "id": id(), "status": "disabled" }),
        "/fn/api_users.replace_token" => json!({ "id": id(), "expires_at": null }),
        "/api/v1/grants" => json!({
            "subject_kind": "user", "subject_id": ids.of("users"), "profile_id": ids.of("profiles"),
            "until": "2027-06-30T18:00:00Z", "reason": "Holiday cover",
        }),
        "/api/v1/integrations" => levels,
        "/api/v1/integrations/{id}" => json!({ "levels": { "rooms": "read" } }),
        "/api/v1/integrations/{id}/secrets" => json!({ "overlap_hours": 1 }),
        "/api/v1/integrations/{id}/disable" | "/api/v1/integrations/{id}/enable" => return None,
        "/fn/integrations.list" => json!({ "query": ListQuery::default() }),
        "/fn/integrations.detail" | "/fn/integrations.delete" => json!({ "id": id() }),
        "/fn/integrations.choices" | "/fn/integrations.draft" => json!({}),
        "/fn/integrations.create" => {
            let new =
                NewIntegration { name: "New".to_owned(), levels: Some(rooms().levels), ..NewIntegration::default() };
            json!({ "new": new, "draft_id": null })
        }
        "/fn/integrations.edit" => {
            json!({ "id": id(), "version": 1, "change": integrations::IntegrationChange::from(rooms()) })
        }
        "/fn/integrations.set_status" => json!({ "id": id(), "status": "disabled" }),
        "/fn/integrations.rotate" => json!({ "id": id(), "overlap_hours": 1 }),
        "/fn/integrations.end_secret" => json!({ "id": id(), "secret_id": "01900000-0000-7000-8000-000000000000" }),
        "/api/v1/users/{id}/disable"
        | "/api/v1/users/{id}/enable"
        | "/api/v1/users/{id}/reset-password"
        | "/api/v1/users/{id}/close-session"
        | "/api/v1/profiles/{id}/duplicate"
        | "/api/v1/events/tickets" => return None,
        "/fn/users.list" => json!({ "query": ListQuery::default() }),
        "/fn/profiles.list" => json!({ "query": ListQuery::default() }),
        "/fn/sessions.list" => json!({ "query": ListQuery::default() }),
        "/fn/alerts.list" => json!({ "query": ListQuery::default() }),
        "/fn/places.rooms" | "/fn/places.lights" | "/fn/places.hvac" | "/fn/places.devices" => {
            json!({ "query": ListQuery::default() })
        }
        "/fn/places.options" => json!({ "screen": "rooms" }),
        "/fn/users.create" => {
            let words = |text: &str| text.to_owned();
            let new = NewUser {
                username: words("new"),
                name: words("New"),
                email: words("new@example.com"),
                role: Some(Role::Owner),
                profiles: vec![ids.named("profiles").to_owned()],
                places: Some(Places::Everything),
                ..NewUser::default()
            };
            json!({ "new": new })
        }
        "/fn/users.edit" => json!({ "id": id(), "version": 1, "change": UserChange::default() }),
        "/fn/users.reset_password" => json!({ "id": id(), "password": PasswordSetup::Auto }),
        "/fn/profiles.create" => json!({ "new": levels }),
        "/fn/profiles.edit" => json!({ "id": id(), "version": 1, "change": levels }),
        "/fn/users.get"
        | "/fn/users.disable"
        | "/fn/users.enable"
        | "/fn/users.delete"
        | "/fn/users.close_session"
        | "/fn/users.access"
        | "/fn/users.consequences"
        | "/fn/users.person"
        | "/fn/profiles.get"
        | "/fn/profiles.duplicate"
        | "/fn/sessions.close" => json!({ "id": id() }),
        "/fn/users.check" => json!({ "id": id(), "question": { "screen": "rooms", "level": "read", "place": null } }),
        "/fn/profiles.growth" => json!({ "id": id(), "replacement": ids.of("profiles") }),
        "/fn/profiles.delete" => json!({ "id": id(), "replacement": null }),
        "/fn/users.choices" | "/fn/users.filters" | "/fn/sessions.idle_limit" | "/fn/me.act" => json!({}),
        "/fn/sessions.idle_effect" | "/fn/settings.idle_effect" => json!({ "minutes": 5 }),
        "/fn/sessions.set_idle_limit" => json!({ "minutes": 30 }),
        "/api/v1/settings" => json!({ "inactivity_minutes": 30 }),
        "/api/v1/settings/mails/{id}/retry" => return None,
        "/fn/settings.get" | "/fn/first_start.steps" => json!({}),
        "/fn/settings.edit" => json!({ "version": 1, "change": { "inactivity_minutes": 30 } }),
        "/api/v1/settings/test-mail" | "/fn/settings.test_mail" => json!({ "to": "new@example.com" }),
        "/fn/settings.mails" => json!({ "query": ListQuery::default() }),
        "/fn/settings.retry_mail" | "/fn/settings.remove_mail" => json!({ "id": id() }),
        "/fn/me.edit" => json!({ "name": "A", "email": "a@example.com", "phone": "", "version": 1 }),
        "/fn/me.change_password" => {
            json!({ "change": { "current": "x", "new": "y", "again": "z", "name": "", "email": "" } })
        }
        _ => panic!("{verb} {path} has no sample of a body: add one to src/app/tests/doorway/samples.rs"),
    })
}
