//! A browser without a screen: cookies, same-origin headers, forms, server functions and the HTTP API.

use super::described;
use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request, header};
use serde_json::Value;
use std::collections::BTreeMap;
use tower::ServiceExt;

#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// Sent with every request, over the defaults; an empty value takes a default away.
    pub headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}

impl Browser {
    pub fn new(router: Router) -> Browser {
        Browser { router, cookies: BTreeMap::new(), headers: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Browser {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, "", String::new()).await
    }

    pub async fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, "application/x-www-form-urlencoded", body).await
    }

    pub async fn sign_in(&mut self, username: &str, password: &str) -> Answer {
        self.form("/sign-in", &[("username", username), ("password", password)]).await
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, "application/json", body.to_string()).await
    }

    /// An act: no body, no Content-Type.
    pub async fn act(&mut self, path: &str) -> Answer {
        self.send(Method::POST, path, "", String::new()).await
    }

    pub async fn patch(&mut self, path: &str, version: &str, body: &Value) -> Answer {
        self.headers.push(("if-match", version.to_owned()));
        let answer = self.send(Method::PATCH, path, "application/json", body.to_string()).await;
        self.headers.pop();
        answer
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(Method::DELETE, path, "", String::new()).await
    }

    /// Calls a server function that takes JSON.
    pub async fn call(&mut self, name: &str, body: &Value) -> Answer {
        self.post(&format!("/fn/{name}"), body).await
    }

    pub async fn send(&mut self, method: Method, path: &str, content_type: &str, body: String) -> Answer {
        let mut headers: BTreeMap<String, String> =
            [("host", "127.0.0.1:3000"), ("sec-fetch-site", "same-origin"), ("user-agent", "Firefox/150 Linux")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into();
        if !content_type.is_empty() {
            headers.insert("content-type".into(), content_type.into());
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.insert("cookie".into(), pairs.join("; "));
        }
        for (name, value) in &self.headers {
            headers.insert((*name).to_owned(), value.clone());
        }
        let verb = method.to_string();
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(name, value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        self.take_cookies(response.headers());
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 16 * 1024 * 1024).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, text };
        described::check(&verb, path, &answer);
        answer
    }

    fn take_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
