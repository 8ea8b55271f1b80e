using static Emergence.Torch.Tests.Values;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Functions;

/// <summary>Every function of one or two tensors element by element, against System.Math or hand-made values.</summary>
public sealed class ElementwiseTests
{
    private static readonly double[] Inputs = [0.25, 0.5, 0.75];

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Torch, Func<Tensor, Tensor>? InPlace, Func<double, double> Math)> Unary = new()
    {
        ["abs"] = (t => t.abs(), t => t.abs_(), Math.Abs),
        ["exp"] = (t => t.exp(), t => t.exp_(), Math.Exp),
        ["expm1"] = (t => t.expm1(), t => t.expm1_(), x => Math.Exp(x) - 1),
        ["exp2"] = (t => t.exp2(), null, x => Math.Pow(2, x)),
        ["log"] = (t => t.log(), t => t.log_(), Math.Log),
        ["log1p"] = (t => t.log1p(), t => t.log1p_(), x => Math.Log(1 + x)),
        ["log2"] = (t => t.log2(), t => t.log2_(), Math.Log2),
        ["log10"] = (t => t.log10(), t => t.log10_(), Math.Log10),
        ["sqrt"] = (t => t.sqrt(), t => t.sqrt_(), Math.Sqrt),
        ["rsqrt"] = (t => t.rsqrt(), t => t.rsqrt_(), x => 1 / Math.Sqrt(x)),
        ["square"] = (t => t.square(), null, x => x * x),
        ["neg"] = (t => t.neg(), t => t.neg_(), x => -x),
        ["negative"] = (t => t.negative(), null, x => -x),
        ["minus"] = (t => -t, null, x => -x),
        ["reciprocal"] = (t => t.reciprocal(), t => t.reciprocal_(), x => 1 / x),
        ["sin"] = (t => t.sin(), t => t.sin_(), Math.Sin),
        ["cos"] = (t => t.cos(), t => t.cos_(), Math.Cos),
        ["tan"] = (t => t.tan(), t => t.tan_(), Math.Tan),
        ["asin"] = (t => t.asin(), t => t.asin_(), Math.Asin),
        ["acos"] = (t => t.acos(), t => t.acos_(), Math.Acos),
        ["atan"] = (t => t.atan(), t => t.atan_(), Math.Atan),
        ["sinh"] = (t => t.sinh(), t => t.sinh_(), Math.Sinh),
        ["cosh"] = (t => t.cosh(), t => t.cosh_(), Math.Cosh),
        ["tanh"] = (t => t.tanh(), t => t.tanh_(), Math.Tanh),
        ["sigmoid"] = (t => t.sigmoid(), t => t.sigmoid_(), x => 1 / (1 + Math.Exp(-x))),
        ["silu"] = (t => t.silu(), t => t.silu_(), x => x / (1 + Math.Exp(-x))),
        ["softplus"] = (t => t.softplus(), null, x => Math.Log(1 + Math.Exp(x))),
        ["floor"] = (t => (t * 4).floor(), t => t.mul_(4).floor_(), x => Math.Floor(4 * x)),
        ["ceil"] = (t => (t * 5).ceil(), t => t.mul_(5).ceil_(), x => Math.Ceiling(5 * x)),
        ["trunc"] = (t => (t * -5).trunc(), t => t.mul_(-5).trunc_(), x => Math.Truncate(-5 * x)),
        ["frac"] = (t => (t * 5).frac(), t => t.mul_(5).frac_(), x => 5 * x - Math.Truncate(5 * x)),
        ["round"] = (t => (t * 5).round(), t => t.mul_(5).round_(), x => Math.Round(5 * x)),
        ["sign"] = (t => (t - 0.5).sign(), t => t.sub_(0.5).sign_(), x => Math.Sign(x - 0.5)),
        ["relu"] = (t => (t - 0.5).relu(), t => t.sub_(0.5).relu_(), x => Math.Max(0, x - 0.5)),
        ["pow"] = (t => t.pow(3), t => t.pow_(3), x => x * x * x),
        ["clamp"] = (t => t.clamp(0.3, 0.6), t => t.clamp_(0.3, 0.6), x => Math.Clamp(x, 0.3, 0.6)),
        ["clamp_min"] = (t => t.clamp_min(0.3), t => t.clamp_min_(0.3), x => Math.Max(x, 0.3)),
        ["clamp_max"] = (t => t.clamp_max(0.3), t => t.clamp_max_(0.3), x => Math.Min(x, 0.3)),
        ["add number"] = (t => t + 2, t => t.add_(2), x => x + 2),
        ["number add"] = (t => 2.5 + t, null, x => 2.5 + x),
        ["add scaled number"] = (t => t.add(2, 3), t => t.add_(2, 3), x => x + 6),
        ["sub number"] = (t => t - 2L, t => t.sub_(2), x => x - 2),
        ["number sub"] = (t => 2 - t, null, x => 2 - x),
        ["mul number"] = (t => t * 3f, t => t.mul_(3), x => x * 3),
        ["number mul"] = (t => 3 * t, null, x => x * 3),
        ["div number"] = (t => t / 4.0, t => t.div_(4), x => x / 4),
        ["number div"] = (t => 3.0 / t, null, x => 3 / x),
        ["div down"] = (t => (t - 0.5).div(0.2, RoundingMode.floor), t => t.sub_(0.5).div_(0.2, RoundingMode.floor), x => Math.Floor((x - 0.5) / 0.2)),
        ["div towards zero"] = (t => (t - 0.5).div(0.2, RoundingMode.trunc), t => t.sub_(0.5).div_(0.2, RoundingMode.trunc), x => Math.Truncate((x - 0.5) / 0.2)),
        ["remainder"] = (t => t % 0.4, t => t.remainder_(0.4), x => x % 0.4),
        ["fmod"] = (t => (-t).fmod(0.4), t => t.neg_().fmod_(0.4), x => -x % 0.4),
        ["floor_divide"] = (t => t.floor_divide(0.2), t => t.floor_divide_(0.2), x => Math.Floor(x / 0.2)),
    };

    public static TheoryData<string> UnaryNames => [.. Unary.Keys];

    [Theory]
    [MemberData(nameof(UnaryNames))]
    public void A_function_of_one_tensor_agrees_with_Math_in_place_too(string name)
    {
        using var scope = NewDisposeScope();
        var (function, inPlace, formula) = Unary[name];
        var expected = Inputs.Select(formula).ToArray();
        var input = Row(Inputs);
        Same(expected, function(input), 1e-12);
        Same(Inputs, input);
        if (inPlace is null) return;
        var changed = inPlace(input);
        Assert.Same(input, changed);
        Same(expected, input, 1e-12);
    }

    [Fact]
    public void Erf_erfc_gelu_and_lgamma_at_one_half()
    {
        using var scope = NewDisposeScope();
        var half = Row(0.5);
        Same([0.5204998778130465], half.erf());
        Same([0.4795001221869535], half.erfc());
        Same([0.34573123063700656], half.gelu());
        Same([0.5723649429247001], half.lgamma());
        Same([0.34573123063700656], nn.functional.gelu(half.clone(), true));
    }

    [Fact]
    public void Gaps_infinities_and_logic()
    {
        using var scope = NewDisposeScope();
        var t = Row(double.NaN, double.PositiveInfinity, 0, -3);
        Same([1, 0, 0, 0], t.isnan());
        Same([0, 1, 0, 0], t.isinf());
        Same([0, 0, 1, 1], t.isfinite());
        Same([0, 0, 1, 0], t.logical_not());
        var (a, b) = (tensor(new[] { true, true, false, false }), tensor(new[] { true, false, true, false }));
        Same([1, 0, 0, 0], a & b);
        Same([1, 1, 1, 0], a | b);
        Same([0, 1, 1, 0], a ^ b);
        Same([0, 0, 1, 1], ~a);
        Same([1, 0, 0, 0], a.logical_and(b));
        Same([1, 1, 1, 0], a.logical_or(b));
        Same([0, 1, 1, 0], a.logical_xor(b));
    }

    [Fact]
    public void Comparisons_with_tensors_and_numbers_on_either_side()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Row(1, 2, 3), Row(3, 2, 1));
        Same([0, 1, 0], a == b);
        Same([1, 0, 1], a != b);
        Same([1, 0, 0], a < b);
        Same([1, 1, 0], a <= b);
        Same([0, 0, 1], a > b);
        Same([0, 1, 1], a >= b);
        Same([0, 1, 0], a.eq(2));
        Same([1, 0, 1], a.ne(2));
        Same([1, 0, 0], a < 2);
        Same([0, 0, 1], 2 < a);
        Same([0, 1, 1], 2 <= a);
        Same([1, 1, 0], a.le(2));
        Same([0, 1, 1], a.ge(2));
        Same([0, 0, 1], a.gt(2));
        Same([1, 0, 0], a.lt_(2));
    }

    [Fact]
    public void Arithmetic_of_two_tensors_broadcasts()
    {
        using var scope = NewDisposeScope();
        var m = Matrix(2, 1, 2, 3, 4);
        var r = Row(10, 20);
        Same([11, 22, 13, 24], m + r);
        Same([-9, -18, -7, -16], m - r);
        Same([10, 40, 30, 80], m * r);
        Same([0.1, 0.1, 0.3, 0.2], m / r);
        Same([21, 42, 23, 44], m.add(r, 2));
        Same([1, 4, 27, 256], m.pow(m));
        Same([10, 20, 10, 20], m.maximum(r));
        Same([1, 2, 3, 4], m.minimum(r));
        Same([Math.Atan2(1, 10), Math.Atan2(2, 20), Math.Atan2(3, 10), Math.Atan2(4, 20)], m.atan2(r));
        Same([Math.Log(10), 2 * Math.Log(20), 3 * Math.Log(10), 4 * Math.Log(20)], m.xlogy(r));
        Same([1, 2, 3, 4], m % r);
        m.add_(r).mul_(r).sub_(r).div_(r);
        Same([10, 21, 12, 23], m);
        m.add_(r, -1);
        Same([0, 1, 2, 3], m);
    }

    [Fact]
    public void Fused_updates_compute_what_their_names_say()
    {
        using var scope = NewDisposeScope();
        var (t, a, b) = (Row(1, 2), Row(3, 4), Row(5, 8));
        Same([31, 66], t.addcmul(a, b, 2));
        Same([2.2, 3], t.addcdiv(a, b, 2));
        Same([1.6, 2.5], t.addcdiv(a, b));
        Same([1.5, 3.5], t.lerp(Row(2, 5), Row(0.5, 0.5)));
        Same([31, 66], t.addcmul_(a, b, 2));
        Same([25, 58], t.addcdiv_(Row(6, 16), Row(2, 4), -2));
        Same([25, 29], t.lerp_(Row(0, 0), Row(0, 0.5)));
        Same([7, 7], t.fill_(7));
        Same([0, 0], t.zero_());
    }

    [Fact]
    public void Clamp_by_tensors_bounds_each_element_by_its_own()
    {
        using var scope = NewDisposeScope();
        Same([2, 2, 1], Row(1, 2, 3).clamp(Row(2, 0, 0), Row(9, 9, 1)));
    }

    [Fact]
    public void Equality_of_whole_tensors_and_closeness()
    {
        using var scope = NewDisposeScope();
        var a = Row(1, 2);
        Assert.True(a.Equals(Row(1, 2)));
        Assert.False(a.Equals(Row(1, 3)));
        Assert.False(a.Equals(Row(1, 2, 3)));
        Assert.True(a.allclose(Row(1, 2 + 1e-9)));
        Assert.False(a.allclose(Row(1, 2.1)));
        Same([1, 0], a.isclose(Row(1, 2.1)));
    }
}
