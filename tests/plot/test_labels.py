"""Labels lie over no other label and no node, within the frame, or nowhere."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from kg.plot.labels import Box, Wanted, around_node, place_labels

FRAME = Box(0, 0, 300, 200)
NODES = st.lists(
    st.tuples(
        st.floats(5, 295), st.floats(5, 195), st.floats(1, 9), st.floats(0, 90), st.floats(6, 12), st.integers(0, 3)
    ),
    max_size=40,
)


@given(NODES)
def test_no_label_covers_another_or_a_node_that_is_not_its_own(
    given_nodes: list[tuple[float, float, float, float, float, int]],
) -> None:
    wanted = [Wanted(x=x, y=y, radius=r, width=w, height=h, rank=(k,)) for x, y, r, w, h, k in given_nodes]
    found = place_labels(wanted, frame=FRAME)
    boxes = [(i, one[0]) for i, one in enumerate(found) if one is not None]
    assert all(box.within(FRAME) for _, box in boxes)
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0][1].meets(pair[1][1])]
    for i, box in boxes:
        for j, one in enumerate(wanted):
            assert i == j or not box.meets(around_node(one.x, one.y, one.radius))


def test_a_label_alone_stands_right_below_its_node() -> None:
    [found] = place_labels([Wanted(x=150, y=100, radius=5, width=40, height=8, rank=(0,))], frame=FRAME)
    assert found is not None
    box, distance = found
    assert box.top <= 95 and distance < 4 and (box.left + box.right) / 2 == 150


def test_a_label_rather_stands_where_it_covers_no_edge() -> None:
    one = Wanted(x=150, y=100, radius=5, width=40, height=8, rank=(0,))
    [found] = place_labels([one], frame=FRAME, edges=[(150, 100, 150, 0)])
    assert found is not None and found[0].bottom > 95


def test_the_most_important_label_is_placed_first_and_what_has_no_room_is_left_out() -> None:
    narrow = Box(0, 0, 44, 32)
    wanted = [Wanted(x=22, y=17, radius=3, width=40, height=11, rank=(rank,)) for rank in (3, 1, 2)]
    found = place_labels(wanted, frame=narrow)
    assert [one is not None for one in found] == [False, True, False]
