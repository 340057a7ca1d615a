//! What the handlers of the HTTP API share: routes with a declared need, and with them bodies, parameters and answers.

use super::call::Call;
use super::caller::Caller;
use super::openapi::{About, Describe, Tag};
use super::state::AppState;
use crate::access::{Need, Target};
use crate::error::AppError;
use axum::extract::FromRequestParts;
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};
use axum::{Extension, Router};
use http::request::Parts;

pub use super::answer::{Created, Made, NoContent, Upgraded, Versioned, created, versioned};
pub use super::body::{Body, MaybeBody};
pub use super::endpoint::{Endpoint, Parameters, Requirement};
pub use super::params::{IfMatch, LIMIT_MAX, Params, current, limit};

/// Routes of the HTTP API; none can be added without saying what it needs, and what it is for.
#[derive(Default)]
pub struct Api {
    router: Router<AppState>,
    pub endpoints: Vec<Endpoint>,
    pub tags: Vec<Tag>,
}

/// A handler that axum can call, and whose types describe it.
pub trait ApiHandler<T>: Handler<T, AppState> + Describe<T> {}

impl<H: Handler<T, AppState> + Describe<T>, T> ApiHandler<T> for H {}

impl Api {
    /// Of one resource, with a sentence on it.
    #[must_use]
    pub fn of(name: &'static str, text: &'static str) -> Api {
        Api { tags: vec![Tag { name, text }], ..Api::default() }
    }

    #[must_use]
    pub fn get<T: 'static>(
        self,
        path: &'static str,
        requirement: Requirement,
        about: impl Into<About>,
        handler: impl ApiHandler<T>,
    ) -> Api {
        self.route(MethodFilter::GET, "GET", path, requirement, about.into(), handler)
    }

    /// A list, whose handler takes a `ListQuery`; `parameters` is what the list understands.
    #[must_use]
    pub fn list<T: 'static>(
        self,
        path: &'static str,
        requirement: Requirement,
        about: impl Into<About>,
        parameters: &'static dyn Parameters,
        handler: impl ApiHandler<T>,
    ) -> Api {
        let mut api = self.get(path, requirement, about, handler);
        api.endpoints.last_mut().into_iter().for_each(|endpoint| endpoint.parameters = Some(parameters));
        api
    }

    #[must_use]
    pub fn post<T: 'static>(
        self,
        path: &'static str,
        requirement: Requirement,
        about: impl Into<About>,
        handler: impl ApiHandler<T>,
    ) -> Api {
        self.route(MethodFilter::POST, "POST", path, requirement, about.into(), handler)
    }

    #[must_use]
    pub fn patch<T: 'static>(
        self,
        path: &'static str,
        requirement: Requirement,
        about: impl Into<About>,
        handler: impl ApiHandler<T>,
    ) -> Api {
        self.route(MethodFilter::PATCH, "PATCH", path, requirement, about.into(), handler)
    }

    #[must_use]
    pub fn delete<T: 'static>(
        self,
        path: &'static str,
        requirement: Requirement,
        about: impl Into<About>,
        handler: impl ApiHandler<T>,
    ) -> Api {
        self.route(MethodFilter::DELETE, "DELETE", path, requirement, about.into(), handler)
    }

    fn route<T: 'static, H: ApiHandler<T>>(
        mut self,
        method: MethodFilter,
        verb: &'static str,
        path: &'static str,
        requirement: Requirement,
        about: About,
        handler: H,
    ) -> Api {
        self.router = self.router.route(path, on(method, handler).layer(Extension(requirement)));
        let tag = self.tags.last().map_or("", |tag| tag.name);
        self.endpoints.push(Endpoint {
            method,
            verb,
            path,
            requirement,
            about,
            tag,
            parameters: None,
            describe: H::describe,
        });
        self
    }

    #[must_use]
    pub fn merge(mut self, other: Api) -> Api {
        self.router = self.router.merge(other.router);
        self.endpoints.extend(other.endpoints);
        self.tags.extend(other.tags);
        self
    }

    pub fn into_router(self) -> Router<AppState> {
        self.router
    }
}

/// The doorway of a route: its caller, who may do what the route declared.
impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let caller = parts.extensions.get::<Caller>().cloned().ok_or_else(AppError::sign_in)?;
        match parts.extensions.get::<Requirement>() {
            Some(requirement) => requirement.open(&caller).await,
            None => Err(AppError::internal(&caller.request_id)),
        }
    }
}

impl Requirement {
    /// What a request must name itself is left to its handler, which is refused here: it takes the caller.
    pub async fn open(self, caller: &Caller) -> Result<Call, AppError> {
        match self {
            Requirement::Screen(screen, level) => {
                caller.allow(&Need { screen, level, target: Target::Organization }).await
            }
            Requirement::Personal => caller.personal(),
            Requirement::Known => caller.authenticated(),
            Requirement::NamedScreen(_) | Requirement::SubjectScreen(_) | Requirement::Client | Requirement::Public => {
                tracing::error!(requirement = ?self, "a handler takes the doorway of a need that only the request names");
                Err(AppError::internal(&caller.request_id))
            }
        }
    }
}
