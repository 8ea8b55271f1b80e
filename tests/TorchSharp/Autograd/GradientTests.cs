using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Autograd;

/// <summary>
/// The gradient of every differentiable operation against central differences: for L = Σ w ⊙ f(x) with fixed random w,
/// ∂L/∂xᵢ ≈ (L(x + εeᵢ) − L(x − εeᵢ)) / 2ε in float64 with ε = 1e-6, whose error is about 1e-9 at these magnitudes.
/// </summary>
public sealed class GradientTests
{
    private const double Epsilon = 1e-6;
    private const double Tolerance = 1e-6;

    private static readonly long[] Index = [1, 0, 1, 1, 0, 0];

    /// <summary>Name, shapes of the inputs (drawn from [0.2, 0.8], no ties), and the operation.</summary>
    private static readonly Dictionary<string, (long[][] Shapes, Func<Tensor[], Tensor> Operation)> Operations = new()
    {
        ["abs"] = One(x => (x - 0.5).abs()),
        ["exp"] = One(x => x.exp()),
        ["expm1"] = One(x => x.expm1()),
        ["exp2"] = One(x => x.exp2()),
        ["log"] = One(x => x.log()),
        ["log1p"] = One(x => x.log1p()),
        ["log2"] = One(x => x.log2()),
        ["log10"] = One(x => x.log10()),
        ["sqrt"] = One(x => x.sqrt()),
        ["rsqrt"] = One(x => x.rsqrt()),
        ["square"] = One(x => x.square()),
        ["neg"] = One(x => -x),
        ["reciprocal"] = One(x => x.reciprocal()),
        ["sin"] = One(x => x.sin()),
        ["cos"] = One(x => x.cos()),
        ["tan"] = One(x => x.tan()),
        ["asin"] = One(x => x.asin()),
        ["acos"] = One(x => x.acos()),
        ["atan"] = One(x => x.atan()),
        ["sinh"] = One(x => x.sinh()),
        ["cosh"] = One(x => x.cosh()),
        ["tanh"] = One(x => x.tanh()),
        ["sigmoid"] = One(x => x.sigmoid()),
        ["erf"] = One(x => x.erf()),
        ["erfc"] = One(x => x.erfc()),
        ["lgamma"] = One(x => x.lgamma()),
        ["relu"] = One(x => (x - 0.5).relu()),
        ["gelu"] = One(x => x.gelu()),
        ["silu"] = One(x => x.silu()),
        ["softplus"] = One(x => x.softplus()),
        ["frac"] = One(x => (x * 3.1).frac()),
        ["pow number"] = One(x => x.pow(2.5)),
        ["clamp"] = One(x => x.clamp(0.3, 0.7)),
        ["number minus"] = One(x => 1 - x),
        ["number divided by"] = One(x => 2 / x),
        ["add number"] = One(x => x + 3),
        ["mul number"] = One(x => x * 3),
        ["div number"] = One(x => x / 3),
        ["remainder"] = One(x => x % 0.35),
        ["fmod"] = One(x => x.fmod(0.35)),
        ["mul in place"] = One(x => x.mul(2).mul_(x).add_(x, 3)),
        ["addcmul in place"] = One(x => x.mul(2).addcmul_(x, x, -2)),

        ["add"] = Two((a, b) => a + b),
        ["add scaled"] = Two((a, b) => a.add(b, 3)),
        ["sub"] = Two((a, b) => a - b),
        ["mul"] = Two((a, b) => a * b),
        ["div"] = Two((a, b) => a / b),
        ["pow"] = Two((a, b) => a.pow(b)),
        ["maximum"] = Two((a, b) => a.maximum(b)),
        ["minimum"] = Two((a, b) => a.minimum(b)),
        ["atan2"] = Two((a, b) => a.atan2(b)),
        ["xlogy"] = Two((a, b) => a.xlogy(b)),
        ["logaddexp"] = Two((a, b) => a.logaddexp(b)),
        ["broadcast"] = ([[2, 3], [3]], x => x[0] * x[1] + x[1]),
        ["addcmul"] = ([[2, 3], [2, 3], [2, 3]], x => x[0].addcmul(x[1], x[2], 2)),
        ["addcdiv"] = ([[2, 3], [2, 3], [2, 3]], x => x[0].addcdiv(x[1], x[2], 2)),
        ["lerp"] = ([[2, 3], [2, 3], [2, 3]], x => x[0].lerp(x[1], x[2])),
        ["clamp by tensors"] = ([[2, 3], [2, 3]], x => x[0].clamp(x[1] - 0.1, x[1] + 0.1)),

        ["mm"] = ([[2, 3], [3, 4]], x => x[0].mm(x[1])),
        ["matmul"] = ([[2, 2, 3], [3, 4]], x => x[0].matmul(x[1])),
        ["bmm"] = ([[2, 2, 3], [2, 3, 2]], x => x[0].bmm(x[1])),
        ["mv"] = ([[2, 3], [3]], x => x[0].mv(x[1])),
        ["dot"] = ([[4], [4]], x => x[0].dot(x[1])),
        ["outer"] = ([[2], [3]], x => x[0].outer(x[1])),
        ["addmm"] = ([[2, 4], [2, 3], [3, 4]], x => x[0].addmm(x[1], x[2], beta: 2, alpha: 3)),
        ["addmv"] = ([[2], [2, 3], [3]], x => x[0].addmv(x[1], x[2], beta: 2, alpha: 3)),
        ["addr"] = ([[2, 3], [2], [3]], x => x[0].addr(x[1], x[2], beta: 2, alpha: 3)),
        ["baddbmm"] = ([[2, 2, 2], [2, 2, 3], [2, 3, 2]], x => baddbmm(x[0], x[1], x[2], 2, 3)),
        ["einsum"] = ([[2, 3], [4, 3]], x => einsum("ij,kj->ki", x[0], x[1])),

        ["sum"] = One(x => x.sum()),
        ["sum along"] = One(x => x.sum(0L)),
        ["mean"] = One(x => x.mean()),
        ["mean along"] = One(x => x.mean([1], keepdim: true)),
        ["prod"] = One(x => x.prod()),
        ["prod along"] = One(x => x.prod(1)),
        ["var"] = One(x => x.var()),
        ["var along"] = One(x => x.var(1, unbiased: false)),
        ["std"] = One(x => x.std()),
        ["std along"] = One(x => x.std(1, keepdim: true)),
        ["max"] = One(x => x.max()),
        ["max along"] = One(x => x.max(1).values),
        ["min"] = One(x => x.min()),
        ["min along"] = One(x => x.min(0).values),
        ["amax"] = One(x => x.amax(0)),
        ["amin"] = One(x => x.amin(1)),
        ["norm"] = One(x => x.norm()),
        ["norm along"] = One(x => x.norm(1, true, 3)),
        ["vector norm"] = One(x => linalg.vector_norm(x, 2, [0])),
        ["median"] = ([[5]], x => x[0].median()),
        ["cumsum"] = One(x => x.cumsum(1)),
        ["cumprod"] = One(x => x.cumprod(0)),
        ["logsumexp"] = One(x => x.logsumexp(1)),
        ["topk"] = One(x => x.topk(2).values),
        ["sort"] = One(x => x.sort(1, descending: true).Values),
        ["quantile"] = One(x => x.quantile(tensor(0.3), 1)),
        ["trace"] = ([[3, 3]], x => trace(x[0])),

        ["view"] = One(x => x.view(3, 2)),
        ["reshape"] = One(x => x.t().reshape(6)),
        ["permute"] = One(x => x.permute(1, 0)),
        ["transpose"] = One(x => x.transpose(0, 1)),
        ["expand"] = ([[1, 3]], x => x[0].expand(4, 3)),
        ["repeat"] = One(x => x.repeat(2, 2)),
        ["tile"] = One(x => x.tile([2])),
        ["repeat_interleave"] = One(x => x.repeat_interleave(2, 1)),
        ["flip"] = One(x => x.flip(1)),
        ["roll"] = One(x => x.roll(1, 1)),
        ["narrow"] = One(x => x.narrow(1, 1, 2)),
        ["slice"] = One(x => x.slice(1, 0, 3, 2)),
        ["select"] = One(x => x.select(0, 1)),
        ["diagonal"] = One(x => x.diagonal()),
        ["diag"] = ([[3]], x => x[0].diag()),
        ["tril"] = One(x => x.tril()),
        ["triu"] = One(x => x.triu()),
        ["unsqueeze"] = One(x => x.unsqueeze(1)),
        ["squeeze"] = ([[2, 1, 3]], x => x[0].squeeze(1)),
        ["flatten"] = One(x => x.flatten()),
        ["movedim"] = One(x => x.movedim([0], [1])),
        ["as_strided"] = One(x => x.as_strided([2, 2], [1, 2])),
        ["contiguous"] = One(x => x.t().contiguous()),
        ["clone"] = One(x => x.clone()),
        ["to another type and back"] = One(x => x.to(float64, copy: true)),
        ["split"] = One(x => x.split(2, 1)[0]),
        ["chunk"] = One(x => x.chunk(3, 1)[2]),
        ["unbind"] = One(x => x.unbind(1)[1]),
        ["cat"] = Two((a, b) => cat(new[] { a, b }, 1)),
        ["stack"] = Two((a, b) => stack(new[] { a, b }, 1)),

        ["index by numbers"] = One(x => x[1, 2]),
        ["index by slices"] = One(x => x[.., 1..]),
        ["index by tensor"] = One(x => x[tensor(Index)]),
        ["index by mask"] = One(x => x[x > 0.5]),
        ["index_select"] = One(x => x.index_select(0, tensor(Index))),
        ["index_add"] = ([[2, 3], [6, 3]], x => x[0].index_add(0, tensor(Index), x[1], 2)),
        ["index_copy"] = ([[2, 3], [2, 3]], x => x[0].index_copy(0, tensor(new long[] { 1, 0 }), x[1])),
        ["index_fill"] = One(x => x.index_fill(1, tensor(new long[] { 1 }), 7)),
        ["index_put_"] = Two((a, b) => a.clone().index_put_(b, [tensor(new long[] { 0, 0 })], accumulate: true)),
        ["assignment"] = ([[2, 3], [3]], x => Assigned(x[0], x[1])),
        ["gather"] = One(x => x.gather(1, tensor(new long[] { 2, 0, 1, 1 }, [2, 2]))),
        ["scatter"] = Two((a, b) => a.scatter(1, tensor(new long[] { 2, 0, 1, 1, 2, 0 }, [2, 3]), b)),
        ["scatter_add"] = Two((a, b) => a.scatter_add(1, tensor(Index, [2, 3]), b)),
        ["masked_fill"] = One(x => x.masked_fill(x > 0.5, 7)),
        ["masked_select"] = One(x => x.masked_select(x > 0.5)),
        ["take"] = One(x => x.take(tensor(new long[] { 5, 0, 5 }))),
        ["where"] = Two((a, b) => where(a > b, a, b * 2)),

        ["softmax"] = One(x => x.softmax(1)),
        ["log_softmax"] = One(x => x.log_softmax(0)),
        ["linear"] = ([[4, 3], [2, 3], [2]], x => nn.functional.linear(x[0], x[1], x[2])),
        ["layer_norm"] = ([[2, 4], [4], [4]], x => nn.functional.layer_norm(x[0], [4], x[1], x[2])),
        ["cross_entropy"] = ([[3, 4]], x => nn.functional.cross_entropy(x[0], tensor(new long[] { 1, 3, 0 }))),
        ["cross_entropy smoothed"] = ([[3, 4]], x => nn.functional.cross_entropy(x[0], tensor(new long[] { 1, 3, 0 }), label_smoothing: 0.1)),
        ["nll_loss"] = ([[3, 4]], x => nn.functional.nll_loss(x[0], tensor(new long[] { 1, 3, 0 }))),
        ["mse_loss"] = Two((a, b) => nn.functional.mse_loss(a, b)),
        ["l1_loss"] = Two((a, b) => nn.functional.l1_loss(a, b, nn.Reduction.Sum)),
        ["attention"] = ([[2, 3, 4], [2, 3, 4], [2, 3, 4]], x => nn.functional.scaled_dot_product_attention(x[0], x[1], x[2], is_casual: true)),
        ["attention with a mask"] = ([[2, 3, 4], [2, 3, 4], [2, 3, 4]], x => nn.functional.scaled_dot_product_attention(x[0], x[1], x[2], ones(3, 3, @bool).triu())),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_gradient_is_the_limit_of_differences(string name)
    {
        using var scope = NewDisposeScope();
        var (shapes, operation) = Operations[name];
        using var generator = new Generator(17);
        var inputs = shapes.Select(shape => rand(shape, float64, generator: generator).mul_(0.6).add_(0.2).requires_grad_()).ToArray();
        var weights = randn_like(operation(inputs));

        var gradients = autograd.grad([(operation(inputs) * weights).sum()], inputs);

        using var without = no_grad();
        for (var n = 0; n < inputs.Length; n++)
        {
            Assert.Equal(shapes[n], gradients[n].shape);
            var expected = Differences(inputs, n, () => (operation(inputs) * weights).sum().item<double>());
            var actual = gradients[n].contiguous().data<double>().ToArray();
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Tolerance * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    private static double[] Differences(Tensor[] inputs, int which, Func<double> loss)
    {
        var elements = inputs[which].data<double>();
        var differences = new double[elements.Count];
        for (var i = 0; i < differences.Length; i++)
        {
            using var scope = NewDisposeScope();
            var memory = inputs[which].view(-1).data<double>();
            var value = memory[i];
            memory[i] = value + Epsilon;
            var above = loss();
            memory[i] = value - Epsilon;
            var below = loss();
            memory[i] = value;
            differences[i] = (above - below) / (2 * Epsilon);
        }
        return differences;
    }

    private static Tensor Assigned(Tensor target, Tensor row)
    {
        var copy = target.clone();
        copy[1] = row * 2;
        return copy;
    }

    private static (long[][], Func<Tensor[], Tensor>) One(Func<Tensor, Tensor> operation) => ([[2, 3]], x => operation(x[0]));

    private static (long[][], Func<Tensor[], Tensor>) Two(Func<Tensor, Tensor, Tensor> operation) => ([[2, 3], [2, 3]], x => operation(x[0], x[1]));
}
