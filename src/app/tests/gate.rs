//! A temporary password opens the personal center and its own replacement, whatever else there is.

use super::doorway::samples::{Ids, body};
use crate::access::Levels;
use crate::app::endpoints;
use crate::server::rest::Requirement;
use crate::testing::{Given, TestApp, UserSpec, both};
use serde_json::json;

const ID: &str = "01900000-0000-7000-8000-000000000000";

/// What stays open: seeing who one is, marking activity, the new password.
const OPEN: [&str; 4] = ["/fn/me.view", "/fn/me.act", "/fn/me.change_password", "/api/v1/me"];

both! {
    async fn temporary_session_gets_403_everywhere_but_me_and_change(app: TestApp) {
        let all = vec![Given::own(Levels::FULL)];
        let nora = app.user(UserSpec { username: "nora", grants: all, ..UserSpec::default() }).await;
        let path = format!("/api/v1/users/{}/reset-password", nora.id);
        let given = app.admin().await.act(&path).await.expect(200).json();
        let mut nora = app.signed_in("nora", given["temporary_password"].as_str().unwrap()).await;
        // Clients prove themselves in the request, whoever else is signed in.
        let asked = endpoints::api().endpoints.into_iter().filter(|e| !matches!(e.requirement, Requirement::Client | Requirement::Public));
        let rest = asked.map(|e| (e.verb, e.path.to_owned()));
        let functions = endpoints::functions().into_iter().map(|(path, _)| ("POST", path.to_owned()));
        let ids = Ids::made(&app).await;
        for (verb, path) in rest.chain(functions).filter(|(_, path)| !OPEN.contains(&path.as_str())) {
            nora.headers = vec![("if-match", "*".to_owned())];
            let body = body(verb, &path, &ids).map(|body| body.to_string()).unwrap_or_default();
            let media = if body.is_empty() { "" } else { "application/json" };
            let address = path.replace("{id}", ID).replace("{secret_id}", ID).replace("{member_id}", ID);
            let answer = nora.send(verb.parse().unwrap(), &address, media, body).await;
            assert_eq!((answer.status, &answer.json()["code"]), (403, &json!("password_change_required")), "{verb} {path}");
        }
        nora.get("/api/v1/me").await.expect(200);
        nora.get("/fn/me.view").await.expect(200);
        nora.call("me.act", &json!({})).await.expect(200);
    }
}
