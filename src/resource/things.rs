//! The HTTP API of an administered thing: its list, and what can be done with one. Each operation is registered by its
//! function in `ops.rs`, which server functions call as well.

use crate::error::AppError;
use crate::server::Call;
use crate::server::openapi::About;
use crate::server::rest::{Api, Body, IfMatch, NoContent, Parameters, Requirement, Versioned, created, versioned};
use crate::types::{ListQuery, Page, Status};
use axum::Json;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An operation: an `async fn(&Call, …) -> Result<A, AppError>`, with what it takes besides.
pub trait Operation<'a, With, A>: Copy + Send + Sync + 'static {
    fn run(self, call: &'a Call, with: With) -> impl Future<Output = Result<A, AppError>> + Send;
}

macro_rules! operation {
    ($($with:ident: $type:ident),+) => {
        impl<'a, F, Fut, A, $($type),+> Operation<'a, ($($type,)+), A> for F
        where
            F: Fn(&'a Call, $($type),+) -> Fut + Copy + Send + Sync + 'static,
            Fut: Future<Output = Result<A, AppError>> + Send,
        {
            fn run(self, call: &'a Call, ($($with,)+): ($($type,)+)) -> impl Future<Output = Result<A, AppError>> + Send {
                self(call, $($with),+)
            }
        }
    };
}

operation!(first: B);
operation!(first: B, second: C);
operation!(first: B, second: C, third: D);

/// Things that the console has as rows `R` and the HTTP API as `T`, and their routes so far.
pub struct Things<R, T> {
    pub api: Api,
    /// What it takes to look, and to do anything else.
    pub look: Requirement,
    pub change: Requirement,
    /// Of the list, and of one with `{id}` in it.
    pub paths: [&'static str; 2],
    pub shown: fn(R) -> T,
    pub id: fn(&T) -> &str,
    pub version: fn(&T) -> i64,
}

impl<R, T> Things<R, T> {
    /// How one is answered with.
    fn answer(&self) -> impl Fn(R) -> Versioned<T> + Copy + Send + Sync + use<R, T> {
        let (shown, version) = (self.shown, self.version);
        move |row| {
            let thing = shown(row);
            versioned(version(&thing), thing)
        }
    }
}

impl<R: Send + 'static, T: Serialize + JsonSchema + Send + 'static> Things<R, T> {
    #[must_use]
    pub fn list(
        mut self,
        about: impl Into<About>,
        listing: &'static dyn Parameters,
        list: impl for<'a> Operation<'a, (&'a ListQuery,), Page<R>>,
    ) -> Self {
        let (shown, requirement) = (self.shown, self.look);
        let handler = move |call: Call, query: Result<ListQuery, AppError>| async move {
            let query = query?;
            Ok::<_, AppError>(Json(list.run(&call, (&query,)).await?.map(shown)))
        };
        self.api = self.api.list(self.paths[0], requirement, about, listing, handler);
        self
    }

    #[must_use]
    pub fn create<N: DeserializeOwned + JsonSchema + Send + 'static>(
        mut self,
        about: impl Into<About>,
        create: impl for<'a> Operation<'a, (N,), R>,
    ) -> Self {
        let (all, requirement) = (self.paths[0], self.change);
        let (shown, id, version) = (self.shown, self.id, self.version);
        let handler = move |call: Call, body: Result<Body<N>, AppError>| async move {
            let Body(new) = body?;
            let made = shown(create.run(&call, (new,)).await?);
            Ok::<_, AppError>(created(&format!("{all}/{}", id(&made)), version(&made), made))
        };
        self.api = self.api.post(all, requirement, about, handler);
        self
    }

    #[must_use]
    pub fn get(mut self, about: impl Into<About>, get: impl for<'a> Operation<'a, (&'a str,), R>) -> Self {
        let (answer, requirement) = (self.answer(), self.look);
        let handler = move |call: Call, Path(id): Path<String>| async move {
            Ok::<_, AppError>(answer(get.run(&call, (&id,)).await?))
        };
        self.api = self.api.get(self.paths[1], requirement, about, handler);
        self
    }

    /// What is missing is missing, whatever else is wrong with the request: `get` looks first.
    #[must_use]
    pub fn edit<C: DeserializeOwned + JsonSchema + Send + 'static>(
        mut self,
        about: impl Into<About>,
        get: impl for<'a> Operation<'a, (&'a str,), R>,
        edit: impl for<'a> Operation<'a, (&'a str, Option<i64>, C), R>,
    ) -> Self {
        let (answer, requirement) = (self.answer(), self.change);
        let handler = move |call: Call,
                            Path(id): Path<String>,
                            known: Result<IfMatch, AppError>,
                            body: Result<Body<C>, AppError>| async move {
            get.run(&call, (&id,)).await?;
            let (IfMatch(known), Body(change)) = (known?, body?);
            Ok::<_, AppError>(answer(edit.run(&call, (&id, known, change)).await?))
        };
        self.api = self.api.patch(self.paths[1], requirement, about, handler);
        self
    }

    #[must_use]
    pub fn delete(mut self, about: impl Into<About>, delete: impl for<'a> Operation<'a, (&'a str,), ()>) -> Self {
        let requirement = self.change;
        let handler = move |call: Call, Path(id): Path<String>| async move {
            delete.run(&call, (&id,)).await?;
            Ok::<_, AppError>(NoContent)
        };
        self.api = self.api.delete(self.paths[1], requirement, about, handler);
        self
    }

    /// `/disable` or `/enable`, whose path is given whole.
    #[must_use]
    pub fn status(
        mut self,
        path: &'static str,
        about: impl Into<About>,
        set_status: impl for<'a> Operation<'a, (&'a str, Status), R>,
        status: Status,
    ) -> Self {
        let (answer, requirement) = (self.answer(), self.change);
        let handler = move |call: Call, Path(id): Path<String>| async move {
            Ok::<_, AppError>(answer(set_status.run(&call, (&id, status)).await?))
        };
        self.api = self.api.post(path, requirement, about, handler);
        self
    }

    /// Something else that is done with one, and takes a body.
    #[must_use]
    pub fn act<B: DeserializeOwned + JsonSchema + Send + 'static>(
        mut self,
        path: &'static str,
        about: impl Into<About>,
        get: impl for<'a> Operation<'a, (&'a str,), R>,
        act: impl for<'a> Operation<'a, (&'a str, B), R>,
    ) -> Self {
        let (answer, requirement) = (self.answer(), self.change);
        let handler = move |call: Call, Path(id): Path<String>, body: Result<Body<B>, AppError>| async move {
            get.run(&call, (&id,)).await?;
            let Body(with) = body?;
            Ok::<_, AppError>(answer(act.run(&call, (&id, with)).await?))
        };
        self.api = self.api.post(path, requirement, about, handler);
        self
    }

    /// Something that is read of one, below its path.
    #[must_use]
    pub fn part<P: Serialize + JsonSchema + Send + 'static>(
        mut self,
        path: &'static str,
        about: impl Into<About>,
        part: impl for<'a> Operation<'a, (&'a str,), P>,
    ) -> Self {
        let requirement = self.look;
        let handler = move |call: Call, Path(id): Path<String>| async move {
            Ok::<_, AppError>(Json(part.run(&call, (&id,)).await?))
        };
        self.api = self.api.get(path, requirement, about, handler);
        self
    }
}
