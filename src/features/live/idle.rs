//! The inactivity logout as the browser sees it: marks what a person does, warns a minute ahead, offers to stay.

use crate::browser;
use crate::console::me::Me;
use crate::features::me::api;
use crate::types::Millis;
use crate::ui::{Button, ButtonKind, Dialog};
use leptos::prelude::*;
use leptos::task::spawn_local;

const WARN: Millis = 60_000;

/// Server and browser are told of an act at most this often.
const MARK_EVERY: Millis = 60_000;

/// The channel on which the tabs of a session tell each other of an act.
const CHANNEL: &str = "doorward-act";

/// `limit` is the organization's at the moment; 0 is never.
#[component]
pub fn IdleGuard(me: Me, limit: Signal<Millis>) -> impl IntoView {
    // All in the browser's clock: what counts is how long ago, not when.
    let last = RwSignal::new(None::<Millis>);
    let left = RwSignal::new(None::<Millis>);
    let marked = StoredValue::new(0);
    let mark = Callback::new(move |()| {
        let Some(now) = browser::now_ms() else { return };
        last.set(Some(now));
        left.set(None);
        marked.set_value(now);
        browser::broadcast(CHANNEL, &now.to_string());
        // A refusal shows at the next fetch of the page.
        spawn_local(async { drop(api::act().await) });
    });
    Effect::new(move |_| {
        let Some(now) = browser::now_ms() else { return };
        last.set(Some(now - (me.now - me.last_activity_at)));
        // Marked also while there is no limit: lists show the last activity, and a limit may come.
        browser::on_person_act(move || {
            let Some(now) = browser::now_ms() else { return };
            // While the question stands, its button answers it.
            if left.get_untracked().is_none() && now - marked.get_value() >= MARK_EVERY {
                mark.run(());
            }
        });
        browser::on_broadcast(CHANNEL, move |text| {
            if let Ok(at) = text.parse() {
                last.set(Some(at));
                left.set(None);
            }
        });
        browser::every(1000, move || {
            let (Some(now), Some(last)) = (browser::now_ms(), last.get_untracked()) else { return };
            let limit = limit.get_untracked();
            let rest = last + limit - now;
            if limit == 0 || rest > WARN {
                if left.get_untracked().is_some() {
                    left.set(None);
                }
            } else if rest <= 0 {
                browser::sign_in_again("idle");
            } else {
                left.set(Some(rest / 1000));
            }
        });
    });
    move || left.get().is_some().then(|| question(left, mark))
}

fn question(left: RwSignal<Option<Millis>>, mark: Callback<()>) -> AnyView {
    let stay = move || mark.run(());
    view! {
        <Dialog title="Still there?" on_close=stay
            footer=move || view! {
                <form method="post" action="/sign-out"><Button submit=true>"Sign out"</Button></form>
                <Button kind=ButtonKind::Primary on_click=stay>"Stay signed in"</Button>
            }>
            <p>"You've been inactive for a while. You'll be signed out in " <strong>{move || left.get().unwrap_or(0)}</strong> " seconds."</p>
        </Dialog>
    }
    .into_any()
}
