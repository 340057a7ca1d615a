//! What a list costs, as the plan of either engine says it.

use super::TestApp;
use crate::db::{Conn, Statement, exec};

/// SQLite plans without statistics, as Doorward runs it; PostgreSQL gathers them by itself, only later.
pub async fn gather_statistics(app: &TestApp) {
    let mut held = app.system().read().await.unwrap();
    if let Conn::Postgres(_) = held.conn() {
        exec!(held.conn(), "analyze").unwrap();
    }
}

/// Whether a step of SQLite's plan walks a table. What stands behind a `select` without a table is none.
pub fn scans(step: &str) -> bool {
    step.starts_with("SCAN") && step != "SCAN CONSTANT ROW"
}

/// What a plan for one page does too much, if anything: it walks no table, sorts nothing, and finds by `equality`.
pub async fn too_much(conn: &mut Conn<'_>, statement: Statement, equality: &str, page: i64) -> Option<String> {
    match conn {
        Conn::Sqlite(_) => {
            let explain = Statement { sql: format!("explain query plan {}", statement.sql), ..statement };
            let plan: Vec<(i64, i64, i64, String)> = explain.rows(conn).await.unwrap();
            let bad = plan.iter().find(|step| scans(&step.3) || step.3.contains("TEMP B-TREE"));
            let first = plan.first().map(|step| step.3.as_str()).unwrap_or_default();
            let unused = (!first.contains(equality)).then(|| format!("no {equality} in {first}"));
            bad.map(|step| step.3.clone()).or(unused)
        }
        Conn::Postgres(_) => {
            let explain = Statement { sql: format!("explain (analyze, costs off) {}", statement.sql), ..statement };
            let plan: Vec<(String,)> = explain.rows(conn).await.unwrap();
            let (rows, node) = most_read(&plan);
            (rows > 4 * page).then(|| format!("{node} reads {rows}"))
        }
    }
}

/// The step of a PostgreSQL plan that reads most rows, those that its filter removed included.
pub fn most_read(plan: &[(String,)]) -> (i64, String) {
    let number = |line: &str, after: &str| {
        let rest = line.split(after).nth(1)?;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<i64>().ok()
    };
    let mut steps: Vec<(i64, String)> = Vec::new();
    for (line,) in plan {
        if line.contains("Scan") && line.contains("actual") {
            let read = number(line, " rows=").unwrap_or(0) * number(line, " loops=").unwrap_or(1);
            steps.push((read, line.trim().to_owned()));
        } else if let (Some(removed), Some(last)) = (number(line, "Rows Removed by Filter: "), steps.last_mut()) {
            last.0 += removed;
        }
    }
    steps.into_iter().max().unwrap_or_default()
}
