//! PostgreSQL over TLS, against a real server. `.ci/with-postgres.sh` gives it a certificate for *localhost*, signed by an
//! authority of its own, and two roles: `tls_only` is refused without encryption, `clear_only` with it.

use crate::db::connect;
use crate::db::postgres::{in_the_clear, is_encrypted, options};
use sqlx::{Connection, Executor, PgConnection, PgPool};
use std::env::var;

/// The cluster over TCP, as this role, with these parameters.
fn address(role: &str, parameters: &str) -> String {
    let port = var("TEST_POSTGRES_PORT").expect("TEST_POSTGRES_PORT: run under .ci/with-postgres.sh");
    format!("postgres://{role}@localhost:{port}/postgres?{parameters}")
}

fn authority() -> String {
    var("TEST_POSTGRES_CA").expect("TEST_POSTGRES_CA: run under .ci/with-postgres.sh")
}

async fn encrypted(url: &str) -> Result<bool, String> {
    let pool = PgPool::connect_with(options(url).map_err(|e| e.0)?).await.map_err(|e| e.to_string())?;
    is_encrypted(&pool).await.map_err(|e| e.0)
}

#[tokio::test]
async fn connection_is_encrypted_wherever_the_server_can() {
    let ca = authority();
    for parameters in ["", "sslmode=prefer", "sslmode=allow", "sslmode=require"] {
        assert_eq!(encrypted(&address("tls_only", parameters)).await, Ok(true), "{parameters}");
    }
    for mode in ["require", "verify-ca", "verify-full"] {
        let parameters = format!("sslmode={mode}&sslrootcert={ca}");
        assert_eq!(encrypted(&address("tls_only", &parameters)).await, Ok(true), "{mode}");
    }
    assert_eq!(encrypted(&address("clear_only", "sslmode=disable")).await, Ok(false));
    assert_eq!(encrypted(&var("TEST_POSTGRES_URL").unwrap()).await, Ok(false), "a socket");
    let over_socket = format!("{}&sslmode=require", var("TEST_POSTGRES_URL").unwrap());
    assert_eq!(encrypted(&over_socket).await, Ok(false), "a socket cannot be");
}

#[tokio::test]
async fn server_that_cannot_prove_itself_stops_the_start_with_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = folder.path().join("foreign.crt");
    std::fs::copy(var("TEST_POSTGRES_FOREIGN_CA").unwrap(), &foreign).unwrap();
    let foreign = foreign.display();
    let (ca, by_address) = (authority(), |url: String| url.replace("@localhost:", "@127.0.0.1:"));
    for url in [
        address("tls_only", "sslmode=verify-full"),
        address("tls_only", &format!("sslmode=verify-full&sslrootcert={foreign}")),
        address("tls_only", &format!("sslmode=verify-ca&sslrootcert={foreign}")),
        address("tls_only", &format!("sslmode=require&sslrootcert={foreign}")),
        by_address(address("tls_only", &format!("sslmode=verify-full&sslrootcert={ca}"))),
    ] {
        let line = connect(&url).await.unwrap_err().0;
        assert!(line.contains("certificate") && line.contains("sslrootcert") && !line.contains('\n'), "{url}: {line}");
    }
    for (url, says) in [
        (address("tls_only", "sslmode=disable"), "tls_only"),
        (address("clear_only", "sslmode=require"), "clear_only"),
        (address("postgres", "sslmode=verified"), "verified"),
        (address("postgres", "ssl=true"), "sslmode"),
        (address("postgres", "sslmod=require"), "sslmode"),
        (address("postgres", "sslmode=verify-full&sslrootcert=/nowhere/ca.crt"), "/nowhere/ca.crt"),
    ] {
        let line = connect(&url).await.unwrap_err().0;
        assert!(line.contains(says) && !line.contains('\n'), "{url}: {line}");
    }
}

#[tokio::test]
async fn doorward_starts_on_a_server_that_takes_nothing_but_tls() {
    let name = format!("tls_{}", std::process::id());
    let mut admin = PgConnection::connect(&var("TEST_POSTGRES_URL").unwrap()).await.unwrap();
    admin.execute(sqlx::AssertSqlSafe(format!("create database {name} owner tls_only"))).await.unwrap();
    let url = address("tls_only", "").replace("/postgres?", &format!("/{name}"));
    connect(&url).await.unwrap().close().await;
}

#[test]
fn database_in_the_clear_on_another_machine_is_said_in_one_line() {
    let line = |url: &str, encrypted| in_the_clear(&options(url).unwrap(), encrypted);
    let said = line("postgres://doorward:hunter2@db.example/doorward", false).unwrap();
    assert!(said.contains("db.example") && !said.contains("hunter2") && !said.contains('\n'), "{said}");
    assert_eq!(line("postgres://doorward@db.example/doorward", true), None);
    for here in
        ["postgres://localhost/x", "postgres://127.0.0.2/x", "postgres://[::1]/x", "postgres:///x?host=/run/postgresql"]
    {
        assert_eq!(line(here, false), None, "{here}");
    }
}
