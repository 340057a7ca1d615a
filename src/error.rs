//! The one error that server functions, the HTTP API and the screens share.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// What went wrong, as a person or a program may be told. It never carries a cause: causes are logged under `id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppError {
    pub kind: Kind,
    /// Machine-readable, snake_case, finer than the kind: `password_change_required`, `last_administrator`, …
    pub code: String,
    /// One sentence for people.
    pub message: String,
    /// Errors at single fields; only with `Kind::Invalid` and `Kind::Conflict`.
    #[serde(default)]
    pub fields: Vec<FieldError>,
    /// Seconds until it is worth trying again; only with `TooMany` and `Busy`.
    #[serde(default)]
    pub retry_after: Option<u32>,
}

/// The HTTP status classes of the outside contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 400: a malformed body, cursor or parameter.
    BadRequest,
    /// 401
    SignIn,
    /// 403
    Forbidden,
    /// 404: missing, or outside one's reach.
    NotFound,
    /// 409
    Conflict,
    /// 412: somebody else changed it since.
    Stale,
    /// 413
    TooLarge,
    /// 415
    UnsupportedMedia,
    /// 422: `fields` says where.
    Invalid,
    /// 428: a write without `If-Match`.
    VersionRequired,
    /// 429
    TooMany,
    /// 500: only an id is told.
    Internal,
    /// 503
    Busy,
    /// The browser could not reach the server; never sent by it.
    Offline,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: String,
    /// `required`, `too_long`, `taken`, `malformed`, `not_allowed`, `unknown`, …
    pub code: String,
    /// A sentence that stands under the field.
    pub message: String,
}

impl FieldError {
    pub fn new(field: &str, code: &str, message: impl Into<String>) -> FieldError {
        FieldError { field: field.to_owned(), code: code.to_owned(), message: message.into() }
    }
}

impl Kind {
    pub fn status(self) -> u16 {
        match self {
            Kind::BadRequest => 400,
            Kind::SignIn => 401,
            Kind::Forbidden => 403,
            Kind::NotFound => 404,
            Kind::Conflict => 409,
            Kind::Stale => 412,
            Kind::TooLarge => 413,
            Kind::UnsupportedMedia => 415,
            Kind::Invalid => 422,
            Kind::VersionRequired => 428,
            Kind::TooMany => 429,
            Kind::Internal => 500,
            Kind::Busy | Kind::Offline => 503,
        }
    }
}

impl AppError {
    pub fn new(kind: Kind, code: &str, message: impl Into<String>) -> AppError {
        AppError { kind, code: code.to_owned(), message: message.into(), fields: Vec::new(), retry_after: None }
    }

    pub fn bad_request(code: &str, message: impl Into<String>) -> AppError {
        AppError::new(Kind::BadRequest, code, message)
    }

    pub fn sign_in() -> AppError {
        AppError::new(Kind::SignIn, "sign_in_required", "Sign in to continue.")
    }

    pub fn not_found() -> AppError {
        AppError::new(Kind::NotFound, "not_found", "This does not exist, or it is outside of what you can see.")
    }

    pub fn conflict(code: &str, message: impl Into<String>) -> AppError {
        AppError::new(Kind::Conflict, code, message)
    }

    pub fn forbidden(code: &str, message: impl Into<String>) -> AppError {
        AppError::new(Kind::Forbidden, code, message)
    }

    /// 422, or 409 when a field holds a name that is taken.
    pub fn invalid(fields: Vec<FieldError>) -> AppError {
        let taken = fields.iter().all(|field| field.code == "taken");
        let (kind, code) = if taken { (Kind::Conflict, "taken") } else { (Kind::Invalid, "invalid") };
        let message = match fields.as_slice() {
            [only] => only.message.clone(),
            many => format!("{} fields need another look.", many.len()),
        };
        AppError { fields, ..AppError::new(kind, code, message) }
    }

    pub fn busy(seconds: u32) -> AppError {
        let message = "Too much is going on right now. Try again in a moment.";
        AppError { retry_after: Some(seconds), ..AppError::new(Kind::Busy, "busy", message) }
    }

    pub fn too_many(seconds: u32) -> AppError {
        let message = "Too many tries. Wait a little, then try again.";
        AppError { retry_after: Some(seconds), ..AppError::new(Kind::TooMany, "too_many_requests", message) }
    }

    /// Nothing but the id under which the cause was logged.
    pub fn internal(id: &str) -> AppError {
        AppError::new(Kind::Internal, "internal", format!("Something went wrong here. The log has it as {id}."))
    }

    /// The message for one field, if it has one.
    pub fn at(&self, field: &str) -> Option<String> {
        self.fields.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => AppError::new(
                Kind::Offline,
                "offline",
                "Doorward could not be reached. Check the connection and try again.",
            ),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                AppError::bad_request("malformed", "The request could not be understood.")
            }
            _ => AppError::new(Kind::Internal, "internal", "The answer could not be understood. Reload the page."),
        }
    }
}
