//! Programs that call the API: no cookies, no browser's headers, a client ID and a secret.

use super::browser::Answer;
use super::{Browser, TestApp};
use crate::db::scalar;
use crate::features::integrations::command;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// An integration that was made over the HTTP API.
#[derive(Clone)]
pub struct Client {
    pub id: String,
    pub secret: String,
    /// The answer that made it.
    pub made: Value,
}

impl Client {
    pub async fn made(maker: &mut Browser, body: Value) -> Client {
        let made = maker.post("/api/v1/integrations", &body).await.expect(201).json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Client { id: text("client_id"), secret: text("client_secret"), made }
    }

    /// The same client with the secret of an answer.
    pub fn with_secret(&self, answer: &Value) -> Client {
        Client { secret: answer["client_secret"].as_str().unwrap().to_owned(), ..self.clone() }
    }

    /// A program that sends ID and secret as Basic authentication.
    pub fn basic(&self, app: &TestApp) -> Browser {
        let pair = STANDARD.encode(format!("{}:{}", self.id, self.secret));
        app.client().with("authorization", &format!("Basic {pair}"))
    }

    /// A program that sends this token.
    pub fn bearer(&self, app: &TestApp, token: &str) -> Browser {
        app.client().with("authorization", &format!("Bearer {token}"))
    }

    pub async fn ask_token(&self, app: &TestApp, scope: &str) -> Answer {
        self.basic(app).form("/oauth/token", &[("grant_type", "client_credentials"), ("scope", scope)]).await
    }

    pub async fn token(&self, app: &TestApp) -> String {
        let answer = self.ask_token(app, "").await.expect(200).json();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// A program with a fresh token.
    pub async fn signed_in(&self, app: &TestApp) -> Browser {
        let token = self.token(app).await;
        self.bearer(app, &token)
    }
}

impl TestApp {
    /// An integration of the first organization that may read rooms; its id.
    pub async fn integration(&self, name: &str) -> String {
        let grants = ["rooms:read".to_owned()];
        let made = command::create(&self.state, name, &grants, Some("Harbour House")).await.unwrap();
        const FIND: &str = "select id from integrations where client_id = $1";
        scalar!(self.system().read().await.unwrap().conn(), String, FIND, made.client_id).unwrap()
    }

    /// A program: it sends nothing that a browser sends by itself.
    pub fn client(&self) -> Browser {
        self.browser().with("sec-fetch-site", "").with("user-agent", "robots/1.0")
    }
}
