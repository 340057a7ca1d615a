//! The one error that server functions, the HTTP API and the screens share.

use crate::types::JsonText;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Deserializer, Serialize};

/// What went wrong, as a person or a program may be told. It never carries a cause: causes are logged under `id`.
/// Read from a server function's own answer, and from the problem document of what stands before it: front, limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppError {
    #[serde(alias = "status", deserialize_with = "kind_or_status")]
    pub kind: Kind,
    /// Machine-readable, snake_case, finer than the kind: `password_change_required`, `last_administrator`, …
    pub code: String,
    /// One sentence for people.
    #[serde(alias = "detail")]
    pub message: String,
    /// Errors at single fields; only with `Kind::Invalid` and `Kind::Conflict`.
    #[serde(default, alias = "errors")]
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
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct FieldError {
    pub field: String,
    /// `required`, `too_long`, `taken`, `malformed`, `not_allowed`, `unknown`, …
    pub code: String,
    /// A sentence to show at the field.
    pub message: String,
    /// It asks for more than whoever asks has, which the audit log is told.
    #[serde(skip)]
    pub beyond: bool,
}

impl FieldError {
    pub fn new(field: &str, code: &str, message: impl Into<String>) -> FieldError {
        FieldError { field: field.to_owned(), code: code.to_owned(), message: message.into(), beyond: false }
    }

    /// Nobody gives more than they have.
    pub fn beyond(field: &str, message: impl Into<String>) -> FieldError {
        FieldError { beyond: true, ..FieldError::new(field, "not_allowed", message) }
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

    fn from_status(status: u16) -> Kind {
        match status {
            400 => Kind::BadRequest,
            401 => Kind::SignIn,
            403 => Kind::Forbidden,
            404 => Kind::NotFound,
            409 => Kind::Conflict,
            412 => Kind::Stale,
            413 => Kind::TooLarge,
            415 => Kind::UnsupportedMedia,
            422 => Kind::Invalid,
            428 => Kind::VersionRequired,
            429 => Kind::TooMany,
            503 => Kind::Busy,
            _ => Kind::Internal,
        }
    }
}

fn kind_or_status<'de, D: Deserializer<'de>>(from: D) -> Result<Kind, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        Kind(Kind),
        Status(u16),
    }
    Ok(match Said::deserialize(from)? {
        Said::Kind(kind) => kind,
        Said::Status(status) => Kind::from_status(status),
    })
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
        AppError::new(Kind::NotFound, "not_found", "This doesn't exist, or you aren't allowed to see it.")
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
            many => format!("Check {} fields.", many.len()),
        };
        AppError { fields, ..AppError::new(kind, code, message) }
    }

    pub fn busy(seconds: u32) -> AppError {
        let message = "The server is busy. Try again in a moment.";
        AppError { retry_after: Some(seconds), ..AppError::new(Kind::Busy, "busy", message) }
    }

    pub fn too_many(seconds: u32) -> AppError {
        let message = "Too many attempts. Try again in a moment.";
        AppError { retry_after: Some(seconds), ..AppError::new(Kind::TooMany, "too_many_requests", message) }
    }

    pub fn offline() -> AppError {
        let message = "Can't reach Doorward. Check the connection and try again.";
        AppError::new(Kind::Offline, "offline", message)
    }

    /// Nothing but the id under which the cause was logged.
    pub fn internal(id: &str) -> AppError {
        AppError::new(
            Kind::Internal,
            "internal",
            format!("Something went wrong on our side. Quote {id} if you report it."),
        )
    }

    /// Whether more was to be given, or somebody changed, than whoever asked may give or change.
    pub fn is_beyond(&self) -> bool {
        let above = ["above_rights", "members_above", "outside_reach"].contains(&self.code.as_str());
        above || self.fields.iter().any(|field| field.beyond)
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
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => AppError::offline(),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                AppError::bad_request("malformed", "The request couldn't be read.")
            }
            ServerFnErrorErr::Deserialization(cause) => {
                let field = unfit(&cause).map(|field| FieldError::new(field, "malformed", UNFIT));
                AppError { fields: field.into_iter().collect(), ..undecoded(NOT_UNDERSTOOD) }
            }
            _ => undecoded("internal"),
        }
    }
}

/// The code of what could not be decoded: in the browser an answer, on the server the arguments of a function.
pub const NOT_UNDERSTOOD: &str = "not_understood";

const UNFIT: &str = "This is missing or isn't a known field.";

fn undecoded(code: &str) -> AppError {
    AppError::new(Kind::Internal, code, "The answer couldn't be read. Reload the page.")
}

/// serde says which field is missing or unknown in words only, between back quotes.
fn unfit(cause: &str) -> Option<&str> {
    let named = cause.strip_prefix("missing field `").or_else(|| cause.strip_prefix("unknown field `"))?;
    named.split('`').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::server_fn::Bytes;

    #[test]
    fn browser_reads_the_problem_document_of_what_stands_before_a_server_function() {
        let problem = r#"{"type":"about:blank","title":"Payload Too Large","status":413,"code":"too_large",
            "detail":"The request is larger than 256 KiB."}"#;
        let error = AppError::de(Bytes::from_static(problem.as_bytes()));
        assert_eq!(error, AppError::new(Kind::TooLarge, "too_large", "The request is larger than 256 KiB."));
        let problem = r#"{"status":422,"code":"invalid","detail":"No.","errors":[{"field":"name","code":"required","message":"A name."}]}"#;
        let error = AppError::de(Bytes::from_static(problem.as_bytes()));
        assert_eq!((error.kind, error.at("name").as_deref()), (Kind::Invalid, Some("A name.")));
    }

    #[test]
    fn browser_reads_what_a_server_function_refused() {
        let busy = AppError::busy(3);
        assert_eq!(AppError::de(busy.ser()), busy);
        let taken = AppError::invalid(vec![FieldError::new("username", "taken", "It is taken.")]);
        assert_eq!(AppError::de(taken.ser()), taken);
    }

    #[test]
    fn every_status_of_the_contract_is_read_as_the_kind_that_it_came_from() {
        use Kind::*;
        let kinds = [
            BadRequest,
            SignIn,
            Forbidden,
            NotFound,
            Conflict,
            Stale,
            TooLarge,
            UnsupportedMedia,
            Invalid,
            VersionRequired,
            TooMany,
            Internal,
            Busy,
        ];
        assert_eq!(kinds.map(|kind| Kind::from_status(kind.status())), kinds);
    }
}
