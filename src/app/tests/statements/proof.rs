//! A statement as it must not be, which the guard has to tell.

use crate::db::Query;
use crate::db::recorded::{Ran, Value};

/// No index finds a description: every user of the organization is read for it.
const BY_DESCRIPTION: &str = "select u.id from users u where u.organization_id = ? and u.description = ?";

pub fn walk(organization_id: &str) -> Ran {
    let statement = Query::default().then(BY_DESCRIPTION, [organization_id.into(), "nobody's".into()]).finish();
    Ran { values: statement.binds.iter().map(Value::from).collect(), sql: statement.sql }
}
