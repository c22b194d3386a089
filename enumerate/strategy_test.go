package enumerate_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// groupLoop eliminates groups, which the server shows in its flight.
func groupLoop(candidates []probe.Group, known ...probe.Group) enumerate.Elimination[probe.Group] {
	return enumerate.Elimination[probe.Group]{
		Candidates: candidates,
		Known:      known,
		Offer: func(rest []probe.Group) probe.Attempt {
			return probe.Attempt{Name: fmt.Sprint(rest), Hello: probe.Hello{Groups: rest}}
		},
		Pick: func(r probe.Result) (probe.Group, bool) {
			if r.Outcome != probe.Accepted {
				return 0, false
			}
			return r.Flight.Group, true
		},
	}
}

// picked and refused are results.
func picked(g probe.Group) probe.Result {
	return probe.Result{Outcome: probe.Accepted, Flight: &probe.Flight{Group: g}}
}

var refused = probe.Result{Outcome: probe.Closed}

func TestElimination(t *testing.T) {
	all := []probe.Group{29, 23, 24}
	tests := []struct {
		name  string
		loop  enumerate.Elimination[probe.Group]
		seen  []probe.Result
		plan  []probe.Group // offered next, nil for the end
		picks []probe.Group
	}{
		{"first", groupLoop(all), nil, all, nil},
		{"no candidates", groupLoop(nil), nil, nil, nil},
		{"one picked", groupLoop(all), []probe.Result{picked(23)}, []probe.Group{29, 24}, []probe.Group{23}},
		{"order of the picks", groupLoop(all), []probe.Result{picked(24), picked(29)}, []probe.Group{23}, []probe.Group{24, 29}},
		{"nothing left", groupLoop(all), []probe.Result{picked(24), picked(29), picked(23)}, nil, []probe.Group{24, 29, 23}},
		{"refused at once", groupLoop(all), []probe.Result{refused}, nil, nil},
		{"refused later", groupLoop(all), []probe.Result{picked(23), refused}, nil, []probe.Group{23}},
		{"known is not offered", groupLoop(all, 24), nil, []probe.Group{29, 23}, []probe.Group{24}},
		{"known comes first", groupLoop(all, 24), []probe.Result{picked(23)}, []probe.Group{29}, []probe.Group{24, 23}},
		{"all known", groupLoop(all, all...), nil, nil, all},
		{"picked again", groupLoop(all), []probe.Result{picked(23), picked(23)}, nil, []probe.Group{23}},
		{"known is picked again", groupLoop(all, 24), []probe.Result{picked(24)}, nil, []probe.Group{24}},
		{"picked what is no candidate", groupLoop(all), []probe.Result{picked(30)}, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan := tt.loop.Plan(tt.seen)
			if tt.plan == nil {
				require.Empty(t, plan)
			} else {
				require.Len(t, plan, 1)
				require.Equal(t, tt.plan, plan[0].Hello.Groups)
			}
			if tt.picks == nil {
				require.Empty(t, tt.loop.Picks(tt.seen))
			} else {
				require.Equal(t, tt.picks, tt.loop.Picks(tt.seen))
			}
			require.Equal(t, []probe.Group{29, 23, 24}, all, "the caller's list is changed")
		})
	}
}

func TestOnce(t *testing.T) {
	once := enumerate.Once{yes("a"), no("b")}
	require.Equal(t, []probe.Attempt(once), once.Plan(nil))
	require.Empty(t, once.Plan([]probe.Result{refused}))
	require.Empty(t, enumerate.Once(nil).Plan(nil))
}
