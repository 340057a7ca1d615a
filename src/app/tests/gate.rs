//! A temporary password opens the personal center and its own replacement, whatever else there is.

use crate::access::Levels;
use crate::app::endpoints;
use crate::features::api_keys::model::NewApiKey;
use crate::features::api_users::model::NewApiUser;
use crate::features::integrations::model::NewIntegration;
use crate::features::teams::model::NewTeam;
use crate::features::users::model::{NewUser, PasswordSetup, UserChange};
use crate::rights::model::Rights;
use crate::server::rest::Declared;
use crate::testing::{Given, TestApp, UserSpec, both};
use crate::types::ListQuery;
use serde_json::{Value, json};

const ID: &str = "01900000-0000-7000-8000-000000000000";

/// What stays open: seeing who one is, marking activity, the new password.
const OPEN: [&str; 4] = ["/fn/me.view", "/fn/me.act", "/fn/me.change_password", "/api/v1/me"];

/// One body that every server function and every route understands: each takes the arguments that it knows.
fn arguments() -> Value {
    let query = serde_json::to_value(ListQuery::default()).unwrap();
    let mut new = serde_json::to_value(NewUser::default()).unwrap();
    let client = serde_json::to_value(NewIntegration::default()).unwrap();
    let rights = client["rights"].as_object().unwrap().clone();
    new["rights"].as_object_mut().unwrap().extend(rights.clone());
    new["client_id"] = json!("");
    let granted = serde_json::to_value(Rights::default()).unwrap();
    for (name, value) in granted.as_object().unwrap().clone() {
        new["rights"].as_object_mut().unwrap().entry(name).or_insert(value);
    }
    for more in [
        serde_json::to_value(NewApiKey::default()),
        serde_json::to_value(NewTeam::default()),
        serde_json::to_value(NewApiUser::default()),
    ] {
        for (name, value) in more.unwrap().as_object().unwrap().clone() {
            new.as_object_mut().unwrap().entry(name).or_insert(value);
        }
    }
    json!({
        "q": "", "member": { "kind": "user", "id": ID }, "member_id": ID, "expires_at": null, "rights": rights, "status": "active", "overlap_hours": 0, "secret_id": ID, "id": ID, "query": query, "version": 1, "screen": "rooms", "minutes": 5, "replacement": ID,
        "new": new, "change": UserChange::default(), "password": PasswordSetup::default(),
        "input": { "name": "Any", "levels": {} }, "name": "Any", "to": "any@example.com", "email": "any@example.com", "phone": "",
    })
}

both! {
    async fn temporary_session_gets_403_everywhere_but_me_and_change(app: TestApp) {
        let all = vec![Given::own(Levels::FULL)];
        let nora = app.user(UserSpec { username: "nora", grants: all, ..UserSpec::default() }).await;
        let path = format!("/api/v1/users/{}/reset-password", nora.id);
        let given = app.admin().await.act(&path).await.expect(200).json();
        let mut nora = app.signed_in("nora", given["temporary_password"].as_str().unwrap()).await;
        // Clients prove themselves in the request, whoever else is signed in.
        let asked = endpoints::api().endpoints.into_iter().filter(|e| !matches!(e.declared, Declared::Client | Declared::Public));
        let rest = asked.map(|e| (e.verb, e.path.replace("{id}", ID).replace("{secret_id}", ID)));
        let functions = endpoints::functions().into_iter().map(|(path, _)| ("POST", path.to_owned()));
        for (verb, path) in rest.chain(functions).filter(|(_, path)| !OPEN.contains(&path.as_str())) {
            nora.headers = vec![("if-match", "*".to_owned())];
            let body = if verb == "GET" || verb == "DELETE" { String::new() } else { arguments().to_string() };
            let media = if body.is_empty() { "" } else { "application/json" };
            let answer = nora.send(verb.parse().unwrap(), &path, media, body).await;
            assert_eq!((answer.status, &answer.json()["code"]), (403, &json!("password_change_required")), "{verb} {path}");
        }
        nora.get("/api/v1/me").await.expect(200);
        nora.get("/fn/me.view").await.expect(200);
        nora.call("me.act", &json!({})).await.expect(200);
    }
}
