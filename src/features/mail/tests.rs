use super::sender::{self, LEASE, PAUSES};
use super::store;
use crate::db::scalar;
use crate::testing::{Browser, Manner, SMTP_PASSWORD, Smtp, TestApp, UserSpec, both};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const MINUTE: i64 = 60_000;

const MAILS: &str = "/api/v1/settings/mails";

/// A user for whom a temporary password is made.
async fn add(admin: &mut Browser, app: &TestApp, username: &str) -> Value {
    let profile = app.administrator_profile().await;
    let new = json!({
        "username": username, "name": username, "email": format!("{username}@example.com"), "role": "owner",
        "profiles": [profile], "places": "everything",
    });
    admin.post("/api/v1/users", &new).await.expect(201).json()
}

async fn password_hash(app: &TestApp, username: &str) -> Option<String> {
    const FIND: &str = "select password_hash from accounts where username = $1";
    scalar!(app.system().read().await.unwrap().conn(), Option<String>, FIND, username).unwrap()
}

async fn only_mail(admin: &mut Browser) -> Value {
    let list = admin.get(MAILS).await.expect(200).json();
    assert_eq!(list["count"], 1, "{list}");
    list["items"][0].clone()
}

async fn none_waits(admin: &mut Browser) {
    assert_eq!(admin.get(MAILS).await.expect(200).json()["count"], 0);
}

/// The reason why each mail was dropped, the newest first.
async fn dropped(admin: &mut Browser) -> Vec<String> {
    let log = admin.get("/api/v1/audit-events?action=mail.dropped").await.expect(200).json();
    log["items"].as_array().unwrap().iter().map(|it| it["after"]["reason"].as_str().unwrap().to_owned()).collect()
}

both! {
    async fn temporary_password_is_mailed_signs_in_and_must_be_replaced(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await;
        let anna = add(&mut admin, &app, "anna").await;
        assert_eq!(anna["password_mailed_to"], "anna@example.com");
        assert!(anna.get("temporary_password").is_none(), "{anna}");
        assert_eq!(password_hash(&app, "anna").await, None, "no password before it is sent");
        let mail = only_mail(&mut admin).await;
        assert_eq!((&mail["to"], &mail["status"], &mail["user_id"]), (&json!("anna@example.com"), &json!("waiting"), &anna["id"]));
        app.send_mails().await;
        none_waits(&mut admin).await;
        let mail = smtp.last();
        assert_eq!((smtp.mails().len(), mail.to.as_str()), (1, "anna@example.com"));
        assert!(mail.text.contains("Subject: Your temporary password for Harbour House"), "{}", mail.text);
        let mut anna = app.signed_in("anna", &mail.password()).await;
        assert_eq!(anna.get("/api/v1/users").await.expect(403).json()["code"], "password_change_required");
        let own = "seven quiet copper kettles";
        let change = json!({ "change": { "current": mail.password(), "new": own, "again": own, "name": "", "email": "" } });
        anna.call("me.change_password", &change).await.expect(200);
        anna.get("/api/v1/users").await.expect(200);
        let log = admin.get("/api/v1/audit-events?action=mail.sent").await.expect(200).json();
        assert_eq!((&log["items"][0]["target"]["name"], &log["items"][0]["after"]["to"]), (&json!("anna"), &json!("anna@example.com")));
    }

    async fn mailed_password_runs_out_72_hours_after_it_was_sent(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await;
        add(&mut admin, &app, "anna").await;
        app.clock.advance(10 * 60 * MINUTE);
        app.send_mails().await;
        app.clock.advance(72 * 60 * MINUTE - 1);
        app.signed_in("anna", &smtp.last().password()).await;
        app.clock.advance(1);
        app.browser().sign_in("anna", &smtp.last().password()).await.expect(401);
    }

    async fn reset_by_mail_ends_sessions_and_the_old_password_at_once(app: TestApp) {
        let smtp = Smtp::start().await;
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let app = app.with_mail(&smtp).await;
        let (mut hers, mut admin) = (app.browser_of(&nora).await, app.admin().await);
        let done = admin.act(&format!("/api/v1/users/{}/reset-password", nora.id)).await.expect(200).json();
        assert_eq!(done["password_mailed_to"], "nora@example.com");
        hers.get("/fn/me.view").await.expect(401);
        app.browser().sign_in("nora", crate::testing::PASSWORD).await.expect(401);
        app.browser().sign_in("nora", "").await.expect(401);
        app.send_mails().await;
        app.signed_in("nora", &smtp.last().password()).await;
    }

    async fn links_in_mail_come_from_the_public_url_whatever_the_host_says(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await.with("host", "evil.example").with("x-forwarded-host", "evil.example");
        add(&mut admin, &app, "anna").await;
        app.send_mails().await;
        let text = smtp.last().text;
        assert!(text.contains("http://127.0.0.1:3000/sign-in") && !text.contains("evil"), "{text}");
    }

    async fn no_secret_lies_in_the_outbox_or_anywhere_else(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await;
        add(&mut admin, &app, "anna").await;
        smtp.is(Manner::RefuseMail("451 I do not like {password} now".to_owned()));
        app.send_mails().await;
        assert_eq!(only_mail(&mut admin).await["last_error"], "451 I do not like … now");
        smtp.is(Manner::RefuseAuth(format!("535 {SMTP_PASSWORD} is wrong")));
        app.clock.advance(PAUSES[0]);
        app.send_mails().await;
        let mail = only_mail(&mut admin).await;
        assert_eq!((&mail["last_error"], &mail["status"]), (&json!("535 … is wrong"), &json!("waiting")), "ours to mend");
        let dump = app.dump().await;
        assert!(dump.contains("anna@example.com") && dump.contains("$argon2id$"), "the dump holds what is stored");
        let password = smtp.last().password();
        assert!(!dump.contains(&password) && !dump.contains(SMTP_PASSWORD));
    }

    async fn mail_that_is_refused_for_now_comes_later_with_a_new_password(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await;
        add(&mut admin, &app, "anna").await;
        smtp.is(Manner::RefuseMail("451 greylisted".to_owned()));
        app.send_mails().await;
        app.send_mails().await;
        let mail = only_mail(&mut admin).await;
        assert_eq!((&mail["tries"], &mail["last_error"]), (&json!(1), &json!("451 greylisted")));
        smtp.is(Manner::Take);
        app.clock.advance(PAUSES[0] - 1);
        app.send_mails().await;
        assert_eq!(smtp.mails().len(), 1, "not before its time");
        app.clock.advance(1);
        app.send_mails().await;
        none_waits(&mut admin).await;
        let (first, second) = (smtp.mails()[0].password(), smtp.mails()[1].password());
        app.browser().sign_in("anna", &first).await.expect(401);
        app.signed_in("anna", &second).await;
    }

    async fn mail_that_came_although_the_server_said_no_is_not_sent_again(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await;
        add(&mut admin, &app, "anna").await;
        smtp.is(Manner::RefuseMail("451 or perhaps yes".to_owned()));
        app.send_mails().await;
        app.clock.advance(1);
        app.signed_in("anna", &smtp.last().password()).await;
        app.clock.advance(PAUSES[0]);
        app.send_mails().await;
        assert_eq!(smtp.mails().len(), 1);
        assert_eq!(dropped(&mut admin).await, ["the user has already signed in with it"]);
    }

    async fn mail_that_is_refused_for_good_is_given_up_and_tried_again_by_hand(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await;
        let anna = add(&mut admin, &app, "anna").await;
        smtp.is(Manner::RefuseTo("550 5.1.1 no such user".to_owned()));
        app.send_mails().await;
        let mail = only_mail(&mut admin).await;
        assert_eq!((&mail["status"], &mail["next_try_at"], &mail["last_error"]), (&json!("failed"), &Value::Null, &json!("550 5.1.1 no such user")));
        smtp.is(Manner::Take);
        app.clock.advance(2 * 24 * 60 * MINUTE);
        let mut admin = app.admin().await;
        app.send_mails().await;
        assert!(smtp.mails().is_empty(), "given up");
        // The address was mistyped.
        let (path, tag) = (format!("/api/v1/users/{}", anna["id"].as_str().unwrap()), "*");
        admin.patch(&path, tag, &json!({ "email": "anna.lee@example.com" })).await.expect(200);
        let path = format!("{MAILS}/{}/retry", mail["id"].as_str().unwrap());
        assert_eq!(admin.act(&path).await.expect(200).json()["tries"], 0);
        app.send_mails().await;
        assert_eq!(smtp.last().to, "anna.lee@example.com");
        admin.act(&path).await.expect(404);
    }

    async fn mail_is_given_up_within_a_day(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        add(&mut app.admin().await, &app, "anna").await;
        smtp.is(Manner::RefuseTo("450 later".to_owned()));
        for pause in PAUSES {
            app.send_mails().await;
            assert_eq!(only_mail(&mut app.admin_anew().await).await["status"], "waiting");
            app.clock.advance(pause);
        }
        app.send_mails().await;
        let mail = only_mail(&mut app.admin_anew().await).await;
        assert_eq!((&mail["status"], &mail["tries"]), (&json!("failed"), &json!(8)));
    }

    async fn removed_mail_is_not_sent_and_leaves_no_password(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await;
        add(&mut admin, &app, "anna").await;
        let path = format!("{MAILS}/{}", only_mail(&mut admin).await["id"].as_str().unwrap());
        admin.delete(&path).await.expect(204);
        admin.delete(&path).await.expect(404);
        app.send_mails().await;
        assert!(smtp.mails().is_empty());
        assert_eq!(password_hash(&app, "anna").await, None);
    }

    async fn hanging_server_is_left_and_hinders_nobody(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await;
        for n in 0..6 {
            add(&mut admin, &app, &format!("anna{n}")).await;
        }
        smtp.is(Manner::Hang);
        let sending = async {
            app.send_mails().await;
            std::time::Instant::now()
        };
        let working = async {
            admin.get("/api/v1/users").await.expect(200);
            std::time::Instant::now()
        };
        let (left, worked) = tokio::join!(sending, working);
        assert!(worked < left, "pages wait for no mail");
        let list = admin.get(&format!("{MAILS}?sort=created_at")).await.expect(200).json();
        let tries: Vec<i64> = list["items"].as_array().unwrap().iter().map(|it| it["tries"].as_i64().unwrap()).collect();
        assert_eq!(tries, [1, 1, 1, 1, 0, 0], "so many at once, and the others after them");
        assert!(list["items"][0]["last_error"].as_str().unwrap().contains("did not answer in time"), "{list}");
        smtp.is(Manner::Take);
        app.send_mails().await;
        assert_eq!(smtp.mails().len(), 2);
    }

    async fn two_nodes_send_each_mail_once(app: TestApp) {
        let smtp = Smtp::start().await;
        let (one, two) = (app.with_mail(&smtp).await, app.with_mail(&smtp).await);
        let mut admin = one.admin().await;
        for n in 0..12 {
            add(&mut admin, &one, &format!("anna{n}")).await;
        }
        for _ in 0..12 {
            tokio::join!(one.send_mails(), two.send_mails());
        }
        none_waits(&mut admin).await;
        let to: BTreeSet<String> = smtp.mails().into_iter().map(|mail| mail.to).collect();
        assert_eq!((to.len(), smtp.mails().len()), (12, 12));
    }

    async fn mail_of_a_node_that_died_is_sent_by_another_once_its_lease_is_over(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await;
        add(&mut admin, &app, "anna").await;
        let mail = only_mail(&mut admin).await;
        let id = mail["id"].as_str().unwrap();
        let mut write = app.system().write().await.unwrap();
        let now = write.now;
        assert!(store::claim(&mut write.conn(), id, "dead", now, now + LEASE).await.unwrap());
        write.commit_unlogged().await.unwrap();
        assert_eq!(admin.act(&format!("{MAILS}/{id}/retry")).await.expect(409).json()["code"], "being_sent");
        app.clock.advance(LEASE - 1);
        app.send_mails().await;
        assert!(smtp.mails().is_empty());
        app.clock.advance(1);
        app.send_mails().await;
        assert_eq!(smtp.mails().len(), 1);
    }

    async fn mail_that_nobody_waits_for_is_dropped_with_its_reason(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await;
        let custom = json!({ "password": { "mode": "custom", "value": crate::testing::PASSWORD } });
        for (username, act) in [("typed", "reset-password"), ("off", "disable"), ("gone", "")] {
            let user = add(&mut admin, &app, username).await;
            let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
            match act {
                "" => admin.delete(&path).await.expect(204),
                "disable" => admin.act(&format!("{path}/disable")).await.expect(200),
                _ => admin.post(&format!("{path}/{act}"), &custom).await.expect(200),
            };
        }
        // Asked for twice: one mail, and the first one's password never was.
        let twice = add(&mut admin, &app, "twice").await;
        admin.act(&format!("/api/v1/users/{}/reset-password", twice["id"].as_str().unwrap())).await.expect(200);
        app.send_mails().await;
        app.send_mails().await;
        let to: Vec<String> = smtp.mails().into_iter().map(|mail| mail.to).collect();
        assert_eq!(to, ["twice@example.com"]);
        let mut reasons = dropped(&mut admin).await;
        reasons.sort();
        assert_eq!(reasons, ["the account's password was changed", "the user is no longer active", "the user is no longer active"]);
        app.signed_in("typed", crate::testing::PASSWORD).await;
    }

    async fn running_sender_is_woken_by_what_is_put_in(app: TestApp) {
        let smtp = Smtp::start().await;
        let app = app.with_mail(&smtp).await;
        let mut admin = app.admin().await;
        let mut events = app.state.events.subscribe();
        let running = tokio::spawn(sender::run(app.state.clone()));
        let anna = add(&mut admin, &app, "anna").await;
        let path = format!("/api/v1/users/{}/reset-password", anna["id"].as_str().unwrap());
        for mails in 1.. {
            while smtp.mails().len() < mails {
                events.recv().await.unwrap();
            }
            if mails == 2 {
                break;
            }
            app.clock.advance(1);
            admin.act(&path).await.expect(200);
        }
        running.abort();
    }
}
