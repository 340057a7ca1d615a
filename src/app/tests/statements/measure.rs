//! What a statement reads, as the engine itself counts it: PostgreSQL by `explain analyze`, SQLite by the steps of its
//! virtual machine, and by its plan.

use crate::db::recorded::{Ran, Value as Bound};
use crate::db::{Conn, Db, exec};
use crate::testing::{TestApp, scans};
use serde_json::Value;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Postgres, Row, Sqlite};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// How many operations of SQLite's machine stand for one row that is read: an entry of an index is passed in five, a row of
/// a page is joined of four tables in eighty.
const OPERATIONS: i64 = 20;

/// After how many operations SQLite tells: each call costs more than what it counts.
const STRIDE: i32 = 20;

/// Rows of a table that PostgreSQL reads as fast as it looks one of them up.
const SMALL: i64 = 200;

/// What PostgreSQL believes that planning for the values costs, at the most: a plan that it need not make again may cost
/// as much more.
const PLANNING: i64 = 50;

/// A connection of its own, on which everything that is measured is taken back.
pub enum Meter {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// What a statement did.
#[derive(Clone, Debug, Default)]
pub struct Cost {
    /// Rows that one step of the plan read at most, also those that a filter left out.
    pub read: i64,
    /// Of all steps together.
    pub all: i64,
    pub answered: i64,
    /// The tables that were walked from end to end, and the sorts.
    pub walks: Vec<String>,
}

macro_rules! bound {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Bound::Text(value) => query.bind(value.clone()),
                Bound::Int(value) => query.bind(*value),
                Bound::Bool(value) => query.bind(*value),
            };
        }
        query
    }};
}

impl Meter {
    pub async fn on(app: &TestApp) -> Meter {
        match app.same_database().await {
            Db::Sqlite(pool, _) => Meter::Sqlite(pool.acquire().await.unwrap()),
            Db::Postgres(pool) => Meter::Postgres(pool.acquire().await.unwrap()),
        }
    }

    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Meter::Sqlite(conn) => Conn::Sqlite(conn),
            Meter::Postgres(conn) => Conn::Postgres(conn),
        }
    }

    pub async fn cost(&mut self, ran: &Ran) -> Cost {
        let mut conn = self.conn();
        exec!(conn, "begin").unwrap();
        let cost = match self {
            Meter::Sqlite(conn) => on_sqlite(conn, ran).await,
            Meter::Postgres(conn) => on_postgres(conn, ran).await,
        };
        exec!(self.conn(), "rollback").unwrap();
        if let Meter::Postgres(conn) = self {
            // Prepared statements outlive their transaction; that which had no values was not prepared.
            let _ = sqlx::raw_sql("deallocate kept").execute(&mut **conn).await;
        }
        cost
    }
}

async fn on_sqlite(conn: &mut PoolConnection<Sqlite>, ran: &Ran) -> Cost {
    let explain = AssertSqlSafe(format!("explain query plan {}", ran.sql));
    let plan: Vec<(i64, i64, i64, String)> =
        bound!(sqlx::query_as(explain), &ran.values).fetch_all(&mut **conn).await.unwrap();
    let steps = Arc::new(AtomicI64::new(0));
    let counter = steps.clone();
    conn.lock_handle().await.unwrap().set_progress_handler(STRIDE, move || {
        counter.fetch_add(i64::from(STRIDE), Ordering::Relaxed);
        true
    });
    let run = bound!(sqlx::query(AssertSqlSafe(ran.sql.clone())), &ran.values).fetch_all(&mut **conn).await;
    conn.lock_handle().await.unwrap().remove_progress_handler();
    let read = steps.load(Ordering::Relaxed) / OPERATIONS;
    // What breaks a constraint when it runs again has read what it reads.
    let answered = run.map_or(0, |rows| rows.len() as i64);
    Cost { read, all: read, answered, walks: plan.into_iter().map(|step| step.3).filter(|step| walks(step)).collect() }
}

fn walks(step: &str) -> bool {
    (scans(step) && !step.contains("VIRTUAL TABLE")) || step.contains("TEMP B-TREE")
}

/// As it is planned for its values, and as PostgreSQL keeps the plan for all values from the sixth time on.
async fn on_postgres(conn: &mut PoolConnection<Postgres>, ran: &Ran) -> Cost {
    let explain = AssertSqlSafe(format!("explain (analyze, format json, timing off) {}", ran.sql));
    let run = bound!(sqlx::query(explain), &ran.values).fetch_one(&mut **conn).await;
    // What breaks a constraint when it runs again is not explained.
    let Ok(row) = run else { return Cost::default() };
    let plan = plan(&row);
    let mut cost = Cost { answered: number(&plan, "Actual Rows"), ..Cost::default() };
    add(&plan, &mut cost);
    let kept = kept(conn, ran, number(&plan, "Total Cost")).await;
    match kept.filter(|kept| kept.read > cost.read) {
        Some(kept) => Cost { answered: cost.answered, ..kept },
        None => cost,
    }
}

/// What its plan for all values costs, which PostgreSQL keeps from the sixth time on where it believes it to be no dearer
/// than those for the values of each time.
async fn kept(conn: &mut PoolConnection<Postgres>, ran: &Ran, dear: i64) -> Option<Cost> {
    let (types, values): (Vec<&str>, Vec<String>) = ran.values.iter().map(written).unzip();
    let (types, values) = (types.join(", "), values.join(", "));
    if values.is_empty() {
        return None;
    }
    let prepare = format!("prepare kept ({types}) as {}; set local plan_cache_mode = force_generic_plan", ran.sql);
    sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut **conn).await.unwrap();
    let explain = format!("explain (format json) execute kept ({values})");
    let row = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_one(&mut **conn).await.unwrap();
    if number(&plan(&row), "Total Cost") > dear + PLANNING {
        return None;
    }
    let explain = format!("explain (analyze, format json, timing off) execute kept ({values})");
    let row = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_one(&mut **conn).await.ok()?;
    let mut cost = Cost::default();
    add(&plan(&row), &mut cost);
    Some(cost)
}

fn plan(row: &PgRow) -> Value {
    let explained: Value = serde_json::from_str(&row.get_unchecked::<String, _>(0)).unwrap();
    explained[0]["Plan"].clone()
}

/// The type of a value, and how SQL writes it.
fn written(value: &Bound) -> (&'static str, String) {
    let null = || "null".to_owned();
    match value {
        Bound::Text(text) => {
            ("text", text.as_ref().map_or_else(null, |text| format!("'{}'", text.replace('\'', "''"))))
        }
        Bound::Int(int) => ("bigint", int.map_or_else(null, |int| int.to_string())),
        Bound::Bool(truth) => ("boolean", truth.map_or_else(null, |truth| truth.to_string())),
    }
}

fn number(node: &Value, name: &str) -> i64 {
    node[name].as_f64().unwrap_or_default() as i64
}

fn add(node: &Value, cost: &mut Cost) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    if kind.contains("Scan") && node.get("Relation Name").is_some() {
        let (kept, loops) = (number(node, "Actual Rows"), number(node, "Actual Loops"));
        let removed = number(node, "Rows Removed by Filter") + number(node, "Rows Removed by Index Recheck");
        // A table of a few pages is read whole rather than looked up in, and costs as little.
        let small = kind == "Seq Scan" && kept + removed <= SMALL;
        let rows = if small { kept.min(1) * loops } else { (kept + removed) * loops };
        cost.all += rows;
        cost.read = cost.read.max(rows);
        if kind == "Seq Scan" && !small {
            cost.walks.push(format!("{kind} {} {rows}", node["Relation Name"].as_str().unwrap_or_default()));
        }
    }
    for below in node["Plans"].as_array().into_iter().flatten() {
        add(below, cost);
    }
}
