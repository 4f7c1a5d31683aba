package unit

import (
	"strings"
	"sync"
)

// prefixes go before metric units.
var prefixes = map[string]struct{ num, den float64 }{
	"Y": {1e24, 1}, "Z": {1e21, 1}, "E": {1e18, 1}, "P": {1e15, 1}, "T": {1e12, 1}, "G": {1e9, 1}, "M": {1e6, 1}, "k": {1e3, 1},
	"h": {1e2, 1}, "da": {10, 1}, "d": {1, 10}, "c": {1, 1e2}, "m": {1, 1e3}, "u": {1, 1e6}, "n": {1, 1e9}, "p": {1, 1e12},
	"f": {1, 1e15}, "a": {1, 1e18}, "z": {1, 1e21}, "y": {1, 1e24},
	"Ki": {1 << 10, 1}, "Mi": {1 << 20, 1}, "Gi": {1 << 30, 1}, "Ti": {1 << 40, 1},
}

// atoms gives the units with a name. What the tables say of one is made of those above it.
var atoms = sync.OnceValue(func() map[string]atom {
	named := map[string]atom{}
	for i, code := range bases {
		named[code] = atom{base(i), true}
	}
	delete(named, "kg")
	gram := base(1)
	gram.den = 1e3
	named["g"] = atom{gram, true}
	named["[pi]"] = atom{number(pi), false}
	named["Cel"] = atom{onScale(named["K"].term, zeroCelsius), true}
	for _, table := range []struct {
		text   string
		metric bool
	}{{metric, true}, {customary, false}} {
		for line := range strings.Lines(table.text) {
			code, worth, ok := strings.Cut(strings.TrimSpace(line), " ")
			if !ok {
				continue
			}
			read, problem := readCode(worth, named)
			if problem != "" {
				panic("unit: " + line + ": " + problem)
			}
			named[code] = atom{read.reduced(), table.metric}
		}
	}
	named["[degF]"] = atom{onScale(named["[degR]"].term, zeroFahrenheit), false}
	reaumur := number(5).times(named["K"].term, 1)
	reaumur.den = 4
	named["[degRe]"] = atom{onScale(reaumur, zeroCelsius), false}
	for _, code := range strings.Fields(ownMetric) {
		named[code] = atom{thing(code), true}
	}
	for _, code := range strings.Fields(own) {
		named[code] = atom{thing(code), false}
	}
	named["[iU]"] = named["[IU]"]
	named["[LPF]"] = atom{number(100).times(named["[HPF]"].term, 1), false}
	return named
})

const (
	pi             = 3.14159265358979323846264338327950288
	zeroCelsius    = 273.15           // in kelvin
	zeroFahrenheit = 459.67 * 5.0 / 9 // in kelvin
)

// onScale makes a step of a temperature into the temperature.
func onScale(step term, zero float64) term {
	step.offset = zero
	return step
}

// metric are UCUM's metric units, but those that are bases: a code, and what it is worth as a code. The constants of
// nature are those of today (SI of 2019, CODATA of 2018), where UCUM's are older.
const metric = `
	sr rad2
	Hz /s
	N kg.m/s2
	Pa N/m2
	J N.m
	W J/s
	C A.s
	V J/C
	F C/V
	Ohm V/A
	S A/V
	Wb V.s
	T Wb/m2
	H Wb/A
	lm cd.sr
	lx lm/m2
	Bq /s
	Gy J/kg
	Sv J/kg
	kat mol/s
	Bd /s
	By 8.bit

	l dm3
	L dm3
	st m3
	ar 100.m2
	t 1000.kg
	bar 100000.Pa
	tex g/km
	b 100.fm2
	mho S
	eq mol
	osm mol
	U umol/(60.s)
	g% g/dL

	[c] 299792458.m/s
	[h] 662607015.10*-42.J.s
	[k] 1380649.10*-29.J/K
	[e] 1602176634.10*-28.C
	[eps_0] 88541878128.10*-22.F/m
	[mu_0] 4.[pi].10*-7.N/A2
	[m_e] 91093837015.10*-41.kg
	[m_p] 167262192369.10*-38.kg
	[G] 667430.10*-16.m3.kg-1.s-2
	[g] 980665.10*-5.m/s2
	[ly] 9460730472580800.m
	u 166053906660.10*-38.kg
	eV [e].V
	pc 3085678.10*10.m
	gf g.[g]
	m[H2O] 980665.10*-5.kPa
	m[Hg] 133322.Pa

	Ky cm-1
	Gal cm/s2
	dyn g.cm/s2
	erg dyn.cm
	P dyn.s/cm2
	Bi 10.A
	St cm2/s
	Mx 10*-8.Wb
	G 10*-4.T
	Oe 250.A/m/[pi]
	Gb Oe.cm
	sb cd/cm2
	Lmb cd/cm2/[pi]
	ph 10*-4.lx
	Ci 37.10*9.Bq
	R 258.10*-6.C/kg
	RAD 100.erg/g
	REM RAD

	cal_[15] 418580.10*-5.J
	cal_[20] 418190.10*-5.J
	cal_m 419002.10*-5.J
	cal_IT 41868.10*-4.J
	cal_th 4184.10*-3.J
	cal cal_th
`

// customary are UCUM's other units. The order is UCUM's, but where that would be later than needed.
const customary = `
	% 10*-2
	[ppth] 10*-3
	[ppm] 10*-6
	[ppb] 10*-9
	[pptr] 10*-12
	[car_Au] 1/24
	[diop] /m

	deg [pi].rad/180
	gon 9.deg/10
	' deg/60
	'' '/60
	circ 2.[pi].rad
	sph 4.[pi].sr

	min 60.s
	h 60.min
	d 24.h
	wk 7.d
	a_t 36524219.d/100000
	a_j 36525.d/100
	a_g 3652425.d/10000
	a a_j
	mo_s 2953059.d/100000
	mo_j a_j/12
	mo_g a_g/12
	mo mo_j

	AU 149597870691.m
	Ao nm/10
	atm 101325.Pa
	att kgf/cm2
	[degR] 5.K/9
	[S] 10*-13.s
	[Ch] mm/3
	[drp] mL/20
	[MET] 35.mL/min/kg/10
	[PRU] mm[Hg].s/mL
	[wood'U] mm[Hg].min/L

	[in_i] 254.cm/100
	[ft_i] 12.[in_i]
	[yd_i] 3.[ft_i]
	[mi_i] 5280.[ft_i]
	[fth_i] 6.[ft_i]
	[nmi_i] 1852.m
	[kn_i] [nmi_i]/h
	[sin_i] [in_i]2
	[sft_i] [ft_i]2
	[syd_i] [yd_i]2
	[cin_i] [in_i]3
	[cft_i] [ft_i]3
	[cyd_i] [yd_i]3
	[bf_i] 144.[in_i]3
	[cr_i] 128.[ft_i]3
	[mil_i] [in_i]/1000
	[cml_i] [pi].[mil_i]2/4
	[hd_i] 4.[in_i]
	[mesh_i] /[in_i]
	[smoot] 67.[in_i]

	[ft_us] 1200.m/3937
	[yd_us] 3.[ft_us]
	[in_us] [ft_us]/12
	[rd_us] 33.[ft_us]/2
	[ch_us] 4.[rd_us]
	[lk_us] [ch_us]/100
	[rch_us] 100.[ft_us]
	[rlk_us] [rch_us]/100
	[fth_us] 6.[ft_us]
	[fur_us] 40.[rd_us]
	[mi_us] 8.[fur_us]
	[acr_us] 160.[rd_us]2
	[srd_us] [rd_us]2
	[smi_us] [mi_us]2
	[sct] [mi_us]2
	[twp] 36.[sct]
	[mil_us] [in_us]/1000

	[in_br] 2539998.cm/1000000
	[ft_br] 12.[in_br]
	[rd_br] 33.[ft_br]/2
	[ch_br] 4.[rd_br]
	[lk_br] [ch_br]/100
	[fth_br] 6.[ft_br]
	[pc_br] 5.[ft_br]/2
	[yd_br] 3.[ft_br]
	[mi_br] 5280.[ft_br]
	[nmi_br] 6080.[ft_br]
	[kn_br] [nmi_br]/h
	[acr_br] 4840.[yd_br]2

	[gal_us] 231.[in_i]3
	[bbl_us] 42.[gal_us]
	[qt_us] [gal_us]/4
	[pt_us] [qt_us]/2
	[gil_us] [pt_us]/4
	[foz_us] [gil_us]/4
	[fdr_us] [foz_us]/8
	[min_us] [fdr_us]/60
	[crd_us] 128.[ft_i]3
	[bu_us] 215042.[in_i]3/100
	[gal_wi] [bu_us]/8
	[pk_us] [bu_us]/4
	[dqt_us] [pk_us]/8
	[dpt_us] [dqt_us]/2
	[tbs_us] [foz_us]/2
	[tsp_us] [tbs_us]/3
	[cup_us] 16.[tbs_us]
	[foz_m] 30.mL
	[cup_m] 240.mL
	[tsp_m] 5.mL
	[tbs_m] 15.mL
	[gal_br] 454609.L/100000
	[pk_br] 2.[gal_br]
	[bu_br] 4.[pk_br]
	[qt_br] [gal_br]/4
	[pt_br] [qt_br]/2
	[gil_br] [pt_br]/4
	[foz_br] [gil_br]/5
	[fdr_br] [foz_br]/8
	[min_br] [fdr_br]/60

	[gr] 6479891.mg/100000
	[lb_av] 7000.[gr]
	[oz_av] [lb_av]/16
	[dr_av] [oz_av]/16
	[scwt_av] 100.[lb_av]
	[lcwt_av] 112.[lb_av]
	[ston_av] 20.[scwt_av]
	[lton_av] 20.[lcwt_av]
	[stone_av] 14.[lb_av]
	[pwt_tr] 24.[gr]
	[oz_tr] 20.[pwt_tr]
	[lb_tr] 12.[oz_tr]
	[sc_ap] 20.[gr]
	[dr_ap] 3.[sc_ap]
	[oz_ap] 8.[dr_ap]
	[lb_ap] 12.[oz_ap]
	[oz_m] 28.g
	[car_m] g/5
	[den] g/9/km

	[lne] [in_i]/12
	[pnt] [lne]/6
	[pca] 12.[pnt]
	[pnt_pr] 13837.[in_i]/1000000
	[pca_pr] 12.[pnt_pr]
	[pied] 3248.cm/100
	[pouce] [pied]/12
	[ligne] [pouce]/12
	[didot] [ligne]/6
	[cicero] 12.[didot]

	[lbf_av] [lb_av].[g]
	[psi] [lbf_av]/[in_i]2
	[HP] 550.[ft_i].[lbf_av]/s
	[in_i'H2O] m[H2O].[in_i]/m
	[in_i'Hg] m[Hg].[in_i]/m
	[Cal] kcal_th
	[Btu_39] 105967.J/100
	[Btu_59] 105480.J/100
	[Btu_60] 105468.J/100
	[Btu_m] 105587.J/100
	[Btu_IT] 105505585262.10*-8.J
	[Btu_th] 105435.J/100
	[Btu] [Btu_th]
`

// ownMetric are metric units with a dimension of their own: levels, which no factor converts, and the international unit.
const ownMetric = `Np B B[SPL] B[V] B[mV] B[uV] B[10.nV] B[W] B[kW] [IU]`

// own are others: what no factor converts, and what UCUM calls arbitrary as it depends on how it is measured.
const own = `
	[pH] bit_s %[slope] [p'diop] [m/s2/Hz^(1/2)] [HPF] [hnsf'U]
	[hp'_X] [hp'_C] [hp'_M] [hp'_Q] [hp_X] [hp_C] [hp_M] [hp_Q] [kp_X] [kp_C] [kp_M] [kp_Q]
	[arb'U] [USP'U] [GPL'U] [MPL'U] [APL'U] [beth'U] [anti'Xa'U] [todd'U] [dye'U] [smgy'U] [bdsk'U] [ka'U] [knk'U] [mclg'U]
	[tb'U] [CCID_50] [TCID_50] [EID_50] [PFU] [FFU] [CFU] [IR] [BAU] [AU] [Amb'a'1'U] [PNU] [Lf] [D'ag'U] [FEU] [ELU] [EU]
`
