//! The statements that a test's task runs, with their values: what the guard over all of them explains
//! (`app/tests/statements`). Only tests are compiled with it.

use super::bind::Bind;
use crate::types::Instant;
use sqlx::AssertSqlSafe;
use std::cell::RefCell;

/// A value as it was bound; one that is null still has its type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Bool(Option<bool>),
}

/// A statement that ran.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ran {
    pub sql: String,
    pub values: Vec<Value>,
}

tokio::task_local! {
    static RAN: RefCell<Vec<Ran>>;
}

/// Runs something, and gives the statements of it too.
pub async fn recorded<T>(run: impl Future<Output = T>) -> (T, Vec<Ran>) {
    RAN.scope(RefCell::default(), async {
        let out = run.await;
        (out, RAN.with(RefCell::take))
    })
    .await
}

pub fn record(sql: &impl Sql, values: impl FnOnce() -> Vec<Value>) {
    let _ = RAN.try_with(|ran| ran.borrow_mut().push(Ran { sql: sql.text().to_owned(), values: values() }));
}

/// One that was built.
pub fn record_built(sql: &str, binds: &[Bind]) {
    record(&sql, || binds.iter().map(Value::from).collect());
}

/// The text of a statement, as the macros take it.
pub trait Sql {
    fn text(&self) -> &str;
}

impl Sql for &str {
    fn text(&self) -> &str {
        self
    }
}

impl<T: AsRef<str>> Sql for AssertSqlSafe<T> {
    fn text(&self) -> &str {
        self.0.as_ref()
    }
}

/// What the macros bind.
pub trait Bound {
    fn value(bound: Option<&Self>) -> Value;
}

impl Bound for str {
    fn value(bound: Option<&str>) -> Value {
        Value::Text(bound.map(str::to_owned))
    }
}

impl Bound for String {
    fn value(bound: Option<&String>) -> Value {
        Value::Text(bound.cloned())
    }
}

impl Bound for i64 {
    fn value(bound: Option<&i64>) -> Value {
        Value::Int(bound.copied())
    }
}

impl Bound for Instant {
    fn value(bound: Option<&Instant>) -> Value {
        Value::Int(bound.map(|instant| instant.0))
    }
}

impl Bound for bool {
    fn value(bound: Option<&bool>) -> Value {
        Value::Bool(bound.copied())
    }
}

impl<T: Bound + ?Sized> Bound for &T {
    fn value(bound: Option<&&T>) -> Value {
        T::value(bound.copied())
    }
}

impl<T: Bound> Bound for Option<T> {
    fn value(bound: Option<&Option<T>>) -> Value {
        T::value(bound.and_then(Option::as_ref))
    }
}

pub fn value<T: Bound + ?Sized>(bound: &T) -> Value {
    T::value(Some(bound))
}

impl From<&Bind> for Value {
    fn from(bind: &Bind) -> Value {
        match bind {
            Bind::Text(text) => Value::Text(Some(text.clone())),
            Bind::Int(number) => Value::Int(Some(*number)),
            Bind::Bool(bit) => Value::Bool(Some(*bit)),
            Bind::NoText => Value::Text(None),
            Bind::NoInt => Value::Int(None),
        }
    }
}

macro_rules! note {
    ($sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::recorded::record($sql, || vec![$($crate::db::recorded::value(&$bind)),*])
    };
}
pub(crate) use note;
