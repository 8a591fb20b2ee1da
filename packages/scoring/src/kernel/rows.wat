;; The inner loops over rows of logits, four at a time. `pnpm kernel` in this package makes rows.wasm of it.
;; A row is `end - row` bytes of float32 in portions of 64: the caller fills the last one up with -inf.
(module
  (import "lab" "memory" (memory 1))

  ;; The largest logit, passing over what is not a number: `exponentials` tells of that. Four maxima at once, since each
  ;; must wait for the one before it.
  (func (export "highest") (param $row i32) (param $end i32) (result f32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $a (v128.const f32x4 -inf -inf -inf -inf))
    (local.set $b (local.get $a))
    (local.set $c (local.get $a))
    (local.set $d (local.get $a))
    (loop $next
      (local.set $a (f32x4.pmax (local.get $a) (v128.load (local.get $row))))
      (local.set $b (f32x4.pmax (local.get $b) (v128.load offset=16 (local.get $row))))
      (local.set $c (f32x4.pmax (local.get $c) (v128.load offset=32 (local.get $row))))
      (local.set $d (f32x4.pmax (local.get $d) (v128.load offset=48 (local.get $row))))
      (local.set $row (i32.add (local.get $row) (i32.const 64)))
      (br_if $next (i32.lt_u (local.get $row) (local.get $end))))
    (local.set $a
      (f32x4.pmax (f32x4.pmax (local.get $a) (local.get $b)) (f32x4.pmax (local.get $c) (local.get $d))))
    (f32.max
      (f32.max (f32x4.extract_lane 0 (local.get $a)) (f32x4.extract_lane 1 (local.get $a)))
      (f32.max (f32x4.extract_lane 2 (local.get $a)) (f32x4.extract_lane 3 (local.get $a)))))

  ;; Index of the first logit that equals $value; the length of the row where none does.
  (func (export "first") (param $row i32) (param $end i32) (param $value f32) (result i32)
    (local $at i32) (local $wanted v128) (local $found i32)
    (local.set $at (local.get $row))
    (local.set $wanted (f32x4.splat (local.get $value)))
    (block $done
      (loop $next
        (local.set $found (i32x4.bitmask (f32x4.eq (v128.load (local.get $at)) (local.get $wanted))))
        (br_if $done (local.get $found))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end)))
        (return (i32.shr_u (i32.sub (local.get $end) (local.get $row)) (i32.const 2)))))
    (i32.add
      (i32.shr_u (i32.sub (local.get $at) (local.get $row)) (i32.const 2))
      (i32.ctz (local.get $found))))

  ;; Writes exp(logit - $highest) of a row to $to and returns their sum, added up in float64.
  ;; exp(x) = 2^n exp(r) with r = x - n ln 2, |r| <= ln 2 / 2, and Taylor's series of exp(r) to its seventh power, whose
  ;; rest is below 6e-9; ln 2 in two parts, so that r is exact to float32. Below -87 it is exp(-87), about 1e-38.
  (func (export "exponentials") (param $row i32) (param $end i32) (param $highest f32) (param $to i32) (result f64)
    (local $x v128) (local $n v128) (local $bits v128) (local $y v128) (local $low v128) (local $high v128)
    (local $limit v128) (local $perLn2 v128) (local $magic v128) (local $ln2 v128) (local $ln2Rest v128)
    (local $seventh v128) (local $sixth v128) (local $fifth v128) (local $fourth v128) (local $third v128)
    (local $half v128) (local $one v128) (local $bias v128) (local $shift v128)
    ;; Set here and not where they are used: V8 would make each anew in every round.
    (local.set $limit (v128.const f32x4 -87 -87 -87 -87))
    (local.set $perLn2 (v128.const f32x4 1.44269504 1.44269504 1.44269504 1.44269504))
    (local.set $magic (v128.const f32x4 12582912 12582912 12582912 12582912))
    (local.set $ln2 (v128.const f32x4 0.693359375 0.693359375 0.693359375 0.693359375))
    (local.set $ln2Rest (v128.const f32x4 -0.000212194440 -0.000212194440 -0.000212194440 -0.000212194440))
    (local.set $seventh (v128.const f32x4 0.000198412698 0.000198412698 0.000198412698 0.000198412698))
    (local.set $sixth (v128.const f32x4 0.00138888889 0.00138888889 0.00138888889 0.00138888889))
    (local.set $fifth (v128.const f32x4 0.00833333333 0.00833333333 0.00833333333 0.00833333333))
    (local.set $fourth (v128.const f32x4 0.0416666667 0.0416666667 0.0416666667 0.0416666667))
    (local.set $third (v128.const f32x4 0.166666667 0.166666667 0.166666667 0.166666667))
    (local.set $half (v128.const f32x4 0.5 0.5 0.5 0.5))
    (local.set $one (v128.const f32x4 1 1 1 1))
    (local.set $bias (v128.const i32x4 127 127 127 127))
    (local.set $shift (f32x4.splat (local.get $highest)))
    (loop $next
      ;; In this order of the two, what is not a number stays so.
      (local.set $x
        (f32x4.pmax (f32x4.sub (v128.load (local.get $row)) (local.get $shift)) (local.get $limit)))
      ;; Beside 1.5 * 2^23 a float32 has no room for a fraction: n stands in the last bits of $bits.
      (local.set $bits
        (f32x4.add (f32x4.mul (local.get $x) (local.get $perLn2)) (local.get $magic)))
      (local.set $n (f32x4.sub (local.get $bits) (local.get $magic)))
      (local.set $x
        (f32x4.sub
          (f32x4.sub (local.get $x) (f32x4.mul (local.get $n) (local.get $ln2)))
          (f32x4.mul (local.get $n) (local.get $ln2Rest))))
      ;; 1 + x (1 + x (1/2 + x (1/6 + x (1/24 + x (1/120 + x (1/720 + x / 5040))))))
      (local.set $y (local.get $seventh))
      (local.set $y (f32x4.add (f32x4.mul (local.get $y) (local.get $x)) (local.get $sixth)))
      (local.set $y (f32x4.add (f32x4.mul (local.get $y) (local.get $x)) (local.get $fifth)))
      (local.set $y (f32x4.add (f32x4.mul (local.get $y) (local.get $x)) (local.get $fourth)))
      (local.set $y (f32x4.add (f32x4.mul (local.get $y) (local.get $x)) (local.get $third)))
      (local.set $y (f32x4.add (f32x4.mul (local.get $y) (local.get $x)) (local.get $half)))
      (local.set $y (f32x4.add (f32x4.mul (local.get $y) (local.get $x)) (local.get $one)))
      (local.set $y (f32x4.add (f32x4.mul (local.get $y) (local.get $x)) (local.get $one)))
      ;; 2^n is its exponent's bits alone.
      (local.set $y
        (f32x4.mul
          (local.get $y)
          (i32x4.shl (i32x4.add (local.get $bits) (local.get $bias)) (i32.const 23))))
      (v128.store (local.get $to) (local.get $y))
      (local.set $low (f64x2.add (local.get $low) (f64x2.promote_low_f32x4 (local.get $y))))
      (local.set $high
        (f64x2.add
          (local.get $high)
          (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $y) (local.get $y)))))
      (local.set $row (i32.add (local.get $row) (i32.const 16)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $row) (local.get $end))))
    (local.set $low (f64x2.add (local.get $low) (local.get $high)))
    (f64.add (f64x2.extract_lane 0 (local.get $low)) (f64x2.extract_lane 1 (local.get $low))))

  ;; The sum of $weights times (reference - arm - $shift), in float64: over the whole row, written to $out, and over the
  ;; reference's logits above $cut alone, written behind it. Where the reference's logit is -inf the term is 0.
  (func (export "differences")
    (param $reference i32) (param $end i32) (param $arm i32) (param $weights i32)
    (param $shift f32) (param $cut f32) (param $out i32)
    (local $r v128) (local $term v128) (local $shifts v128) (local $cuts v128)
    (local $all v128) (local $above v128)
    (local.set $shifts (f32x4.splat (local.get $shift)))
    (local.set $cuts (f32x4.splat (local.get $cut)))
    (loop $next
      (local.set $r (v128.load (local.get $reference)))
      (local.set $term
        (v128.andnot
          (f32x4.mul
            (v128.load (local.get $weights))
            (f32x4.sub (f32x4.sub (local.get $r) (v128.load (local.get $arm))) (local.get $shifts)))
          (f32x4.eq (local.get $r) (v128.const f32x4 -inf -inf -inf -inf))))
      (local.set $all (f64x2.add (local.get $all) (f64x2.promote_low_f32x4 (local.get $term))))
      (local.set $all
        (f64x2.add
          (local.get $all)
          (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $term) (local.get $term)))))
      (local.set $term (v128.and (local.get $term) (f32x4.gt (local.get $r) (local.get $cuts))))
      (local.set $above (f64x2.add (local.get $above) (f64x2.promote_low_f32x4 (local.get $term))))
      (local.set $above
        (f64x2.add
          (local.get $above)
          (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $term) (local.get $term)))))
      (local.set $reference (i32.add (local.get $reference) (i32.const 16)))
      (local.set $arm (i32.add (local.get $arm) (i32.const 16)))
      (local.set $weights (i32.add (local.get $weights) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $reference) (local.get $end))))
    (f64.store
      (local.get $out)
      (f64.add (f64x2.extract_lane 0 (local.get $all)) (f64x2.extract_lane 1 (local.get $all))))
    (f64.store offset=8
      (local.get $out)
      (f64.add (f64x2.extract_lane 0 (local.get $above)) (f64x2.extract_lane 1 (local.get $above)))))
)
