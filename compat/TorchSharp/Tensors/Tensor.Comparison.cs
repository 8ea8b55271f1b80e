using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Take(Native.et_eq(H, target.H, out var result), result);

        public Tensor eq(Scalar target) => Take(Native.et_eq_scalar(H, target.Number, out var result), result);

        public Tensor eq_(Tensor target) => Self(Native.et_eq_(H, target.H));

        public Tensor eq_(Scalar target) => Self(Native.et_eq_scalar_(H, target.Number));

        public Tensor ne(Tensor target) => Take(Native.et_ne(H, target.H, out var result), result);

        public Tensor ne(Scalar target) => Take(Native.et_ne_scalar(H, target.Number, out var result), result);

        public Tensor ne_(Tensor target) => Self(Native.et_ne_(H, target.H));

        public Tensor ne_(Scalar target) => Self(Native.et_ne_scalar_(H, target.Number));

        public Tensor lt(Tensor target) => Take(Native.et_lt(H, target.H, out var result), result);

        public Tensor lt(Scalar target) => Take(Native.et_lt_scalar(H, target.Number, out var result), result);

        public Tensor lt_(Tensor target) => Self(Native.et_lt_(H, target.H));

        public Tensor lt_(Scalar target) => Self(Native.et_lt_scalar_(H, target.Number));

        public Tensor le(Tensor target) => Take(Native.et_le(H, target.H, out var result), result);

        public Tensor le(Scalar target) => Take(Native.et_le_scalar(H, target.Number, out var result), result);

        public Tensor le_(Tensor target) => Self(Native.et_le_(H, target.H));

        public Tensor le_(Scalar target) => Self(Native.et_le_scalar_(H, target.Number));

        public Tensor gt(Tensor target) => Take(Native.et_gt(H, target.H, out var result), result);

        public Tensor gt(Scalar target) => Take(Native.et_gt_scalar(H, target.Number, out var result), result);

        public Tensor gt_(Tensor target) => Self(Native.et_gt_(H, target.H));

        public Tensor gt_(Scalar target) => Self(Native.et_gt_scalar_(H, target.Number));

        public Tensor ge(Tensor target) => Take(Native.et_ge(H, target.H, out var result), result);

        public Tensor ge(Scalar target) => Take(Native.et_ge_scalar(H, target.Number, out var result), result);

        public Tensor ge_(Tensor target) => Self(Native.et_ge_(H, target.H));

        public Tensor ge_(Scalar target) => Self(Native.et_ge_scalar_(H, target.Number));

        public Tensor logical_and(Tensor other) => Take(Native.et_logical_and(H, other.H, out var result), result);

        public Tensor logical_or(Tensor other) => Take(Native.et_logical_or(H, other.H, out var result), result);

        public Tensor logical_xor(Tensor other) => Take(Native.et_logical_xor(H, other.H, out var result), result);

        public Tensor bitwise_and(Tensor other) => Take(Native.et_bitwise_and(H, other.H, out var result), result);

        public Tensor bitwise_or(Tensor other) => Take(Native.et_bitwise_or(H, other.H, out var result), result);

        public Tensor bitwise_xor(Tensor other) => Take(Native.et_bitwise_xor(H, other.H, out var result), result);

        public Tensor isclose(Tensor other, double rtol = 1E-05, double atol = 1E-08, bool nanEqual = false) =>
            Take(Native.et_isclose(H, other.H, rtol, atol, nanEqual, out var result), result);

        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false)
        {
            Native.Check(Native.et_allclose(H, target.H, rtol, atol, equal_nan, out var close));
            return close;
        }

        /// <summary>Same shape and same elements.</summary>
        public bool Equals(Tensor target)
        {
            Native.Check(Native.et_same(H, target.H, out var same));
            return same;
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>By identity: a tensor's elements may change while it lies in a table.</summary>
        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}
