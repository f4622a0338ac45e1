use super::*;
use crate::Percentage;

fn at(day: &str) -> Timestamp {
    format!("2026-03-{day}T00:00:00Z").parse().unwrap()
}

fn until(exception: Exception, end: Option<&str>) -> PlanOverride {
    PlanOverride {
        exception,
        reason: "a trial".to_owned(),
        expires_at: end.map(at),
        made_by: "ops".to_owned(),
        made_at: at("01"),
    }
}

fn on(plan: Plan, overrides: Vec<PlanOverride>) -> Entitlements {
    let settings = TenantControlSettings::new("tenant_a".parse().unwrap(), plan, &[]);
    Entitlements {
        settings: settings.unwrap(),
        overrides,
        flags: Vec::new().into(),
    }
}

/// The same with a feature switched for the whole platform.
fn switched(tenant: Entitlements, feature: Feature, switch: Switch) -> Entitlements {
    let flag = FeatureFlag {
        feature,
        switch,
        reason: "it is new".to_owned(),
        set_by: "ops".to_owned(),
        set_at: at("02"),
    };
    Entitlements {
        flags: vec![flag].into(),
        ..tenant
    }
}

fn to_share(number: i64) -> Switch {
    let percentage = Percentage::new(number).unwrap();
    Switch::Rollout { percentage }
}

/// What a trace says, with a mark before what decides.
fn told(tenant: &Entitlements, feature: Feature, day: &str) -> Vec<String> {
    let trace = tenant.trace(feature, at(day));
    let told = trace.iter().map(|step| match step.decides {
        true => format!("> {}", step.says),
        false => step.says.clone(),
    });
    told.collect()
}

const TRIAL: Exception = Exception::Feature {
    subject: Feature::DomainOps,
    is_on: true,
};

#[test]
fn an_exception_goes_before_the_plan_until_it_ends() {
    let tenant = on(Plan::Starter, vec![until(TRIAL, Some("10"))]);

    assert!(tenant.has(Feature::DomainOps, at("09")));
    assert!(!tenant.has(Feature::DomainOps, at("10")));
    assert!(!tenant.has(Feature::AiNba, at("09")), "it is about one feature");
}

#[test]
fn an_exception_takes_away_what_the_plan_requires() {
    let off = Exception::Feature {
        subject: Feature::LeadCapture,
        is_on: false,
    };
    let tenant = on(Plan::Team, vec![until(off, None)]);

    assert!(!tenant.has(Feature::LeadCapture, at("09")));
}

#[test]
fn a_limit_is_reached_and_not_passed() {
    let one = Exception::Limit {
        subject: Limit::Members,
        most: 1,
    };
    let tenant = on(Plan::Starter, vec![until(one, Some("10"))]);

    let full = tenant.room_for(Limit::Members, 1, at("09")).unwrap_err();
    assert_eq!(full.to_string(), "1 of 1 members");
    let over = tenant.room_for(Limit::Members, 7, at("09")).unwrap_err();
    assert_eq!(over.to_string(), "7 of 1 members");
    assert_eq!(tenant.room_for(Limit::Members, 9, at("10")), Ok(()));
    assert!(tenant.room_for(Limit::Members, 10, at("10")).is_err());
    assert_eq!(tenant.room_for(Limit::Domains, 9, at("09")), Ok(()));
}

#[test]
fn the_trace_names_what_decides() {
    let tenant = on(Plan::Pro, vec![until(TRIAL, Some("10"))]);

    assert_eq!(
        told(&tenant, Feature::DomainOps, "09"),
        [
            "Kill switch: none.",
            "> Exception: made by ops on 1 Mar 2026, says on, until 10 Mar 2026: a trial",
            "The plan pro carries it for those who choose it.",
            "It was not chosen.",
            "Rollout: none.",
        ]
    );
    assert_eq!(
        told(&tenant, Feature::DomainOps, "11"),
        [
            "Kill switch: none.",
            "Exception: made by ops on 1 Mar 2026, says on, which ended on 10 Mar 2026 and counts no more: a trial",
            "The plan pro carries it for those who choose it.",
            "> It was not chosen.",
            "Rollout: none.",
        ]
    );
    assert_eq!(
        told(&tenant, Feature::LeadCapture, "09"),
        [
            "Kill switch: none.",
            "Exception: none.",
            "> The plan pro carries it, for every tenant.",
        ]
    );
}

#[test]
fn the_trace_says_who_switched_a_feature_and_where_the_tenant_stands() {
    // tenant_a is at 8 for domain_ops.
    let tenant = || on(Plan::Pro, Vec::new());
    let rolled_out = switched(tenant(), Feature::DomainOps, to_share(9));
    let not_yet = switched(tenant(), Feature::DomainOps, to_share(8));
    let killed = switched(tenant(), Feature::DomainOps, Switch::Off);
    let named = killed.named(|actor| (actor == "ops").then(|| "ana@example.com".to_owned()));

    let last = |tenant: &Entitlements| told(tenant, Feature::DomainOps, "09").pop().unwrap();
    assert_eq!(
        last(&rolled_out),
        "> Rollout: 9 %, this tenant is at 8: on; set by ops on 2 Mar 2026: it is new"
    );
    assert_eq!(
        last(&not_yet),
        "> Rollout: 8 %, this tenant is at 8: off; set by ops on 2 Mar 2026: it is new"
    );
    assert_eq!(
        told(&named, Feature::DomainOps, "09")[0],
        "> Kill switch: off for every tenant, set by ana@example.com on 2 Mar 2026: it is new"
    );
}

#[test]
fn the_kill_switch_is_stronger_than_an_exception_a_plan_and_a_choice() {
    let granted = on(Plan::Starter, vec![until(TRIAL, None)]);
    let chosen = Entitlements {
        settings: TenantControlSettings::stored(
            "tenant_a".parse().unwrap(),
            Plan::Pro,
            &[Feature::DomainOps],
        ),
        ..on(Plan::Pro, Vec::new())
    };

    for (tenant, feature) in [
        (&granted, Feature::DomainOps),
        (&chosen, Feature::DomainOps),
        (&chosen, Feature::LeadCapture),
    ] {
        assert!(tenant.has(feature, at("09")), "{feature} was on");
        let killed = switched(tenant.clone(), feature, Switch::Off);
        assert!(!killed.has(feature, at("09")), "{feature} is on");
        assert_eq!(killed.why(feature, at("09")), Entitlement::Killed);
        assert!(
            killed.has(Feature::CrmPipeline, at("09")),
            "it is about one feature"
        );
    }
}

#[test]
fn a_rollout_gives_to_those_whose_plan_allows_it_and_takes_from_nobody() {
    let why = |tenant: Entitlements, share| {
        switched(tenant, Feature::DomainOps, to_share(share)).why(Feature::DomainOps, at("09"))
    };
    let off = Exception::Feature {
        subject: Feature::DomainOps,
        is_on: false,
    };
    let settings = TenantControlSettings::new("tenant_a".parse().unwrap(), Plan::Pro, &[Feature::DomainOps]);
    let chosen = Entitlements {
        settings: settings.unwrap(),
        ..on(Plan::Pro, Vec::new())
    };

    assert_eq!(why(on(Plan::Pro, Vec::new()), 100), Entitlement::RolledOut);
    assert_eq!(why(on(Plan::Pro, Vec::new()), 0), Entitlement::Available);
    assert_eq!(why(on(Plan::Growth, Vec::new()), 100), Entitlement::BeyondPlan);
    assert_eq!(
        why(on(Plan::Pro, vec![until(off, None)]), 100),
        Entitlement::Withheld
    );
    assert_eq!(
        why(on(Plan::Growth, vec![until(TRIAL, None)]), 0),
        Entitlement::Granted
    );
    assert_eq!(why(chosen, 0), Entitlement::Chosen);
}

#[test]
fn an_exception_is_read_back_as_it_was() {
    for (subject, value) in [
        ("domain_ops", 0),
        ("domain_ops", 1),
        ("members", 0),
        ("domains", 40),
    ] {
        let read = Exception::read(subject, value).unwrap();
        assert_eq!((read.subject(), read.amount()), (subject, value));
    }
    for (subject, value) in [("domain_ops", 2), ("members", -1), ("tea", 1)] {
        assert_eq!(Exception::read(subject, value), None, "{subject} {value}");
    }
}

#[test]
fn a_larger_plan_has_no_less() {
    for pair in Plan::ALL.windows(2) {
        for limit in Limit::ALL {
            assert!(pair[0].most(*limit) <= pair[1].most(*limit), "{pair:?} {limit}");
        }
    }
}
