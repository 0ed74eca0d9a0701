"""A form sent to a web process that dies is carried out once, whoever answers at last."""

from tests.faults.ground import Ground, assert_sound

POINTS = ("begun", "before-commit", "after-commit")


def test_a_form_survives_the_death_of_its_process(ground: Ground) -> None:
    """F19: killed before, during and after the commit; the form is sent again, same key."""
    (case,) = ground.prepare(1)
    agent = ground.web(*POINTS)
    pages = []
    for number, point in enumerate(POINTS, start=1):
        form = agent.write(case)
        ground.arm(point)
        pages.append(form.send_until_answered())
        assert ground.crashed(point)
        assert agent.lost >= number
        assert form.send().location == pages[-1].location
        assert ground.count("audit", "event = 'note:added'") == number
    assert {(page.status, page.location) for page in pages} == {(303, f"/demandes/{case}")}
    assert_sound(ground)
