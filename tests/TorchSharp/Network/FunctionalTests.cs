using TorchSharp;
using static Emergence.Torch.Tests.Values;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Emergence.Torch.Tests.Network;

public sealed class FunctionalTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Linear_is_the_product_with_the_transposed_weights_plus_the_bias()
    {
        var (x, w) = (Matrix(2, 1, 2, 3, 4), Matrix(3, 1, 0, 0, 1, 1, 1));
        Same([1, 2, 3, 3, 4, 7], [2, 3], functional.linear(x, w));
        Same([11, 22, 33, 13, 24, 37], [2, 3], functional.linear(x, w, Row(10, 20, 30)));
    }

    [Fact]
    public void Layer_norm_takes_mean_and_biased_variance_of_the_last_dimension()
    {
        var x = Matrix(1, 1, 3);
        Same([-1, 1], functional.layer_norm(x, [2], eps: 0));
        Same([-1, 5], functional.layer_norm(x, [2], Row(2, 4), Row(1, 1), eps: 0));
        Same([-1 / Math.Sqrt(2), 1 / Math.Sqrt(2)], functional.layer_norm(x, [2], eps: 1));
    }

    [Fact]
    public void Softmax_and_its_logarithm()
    {
        var x = Row(0, Math.Log(3));
        Same([0.25, 0.75], x.softmax(0));
        Same([0.25, 0.75], functional.softmax(x, 0));
        Same([Math.Log(0.25), Math.Log(0.75)], functional.log_softmax(x, 0));
        Assert.Equal(float32, x.softmax(0, float32).dtype);
        Same([0.5, 0.5], Row(1000, 1000).softmax(0));
    }

    [Fact]
    public void Cross_entropy_is_minus_the_log_probability_of_the_target()
    {
        var scores = Matrix(2, 0, Math.Log(3), 0, 0);
        var target = Whole(1, 0);
        double[] each = [-Math.Log(0.75), Math.Log(2)];
        Same(each, functional.cross_entropy(scores, target, reduction: Reduction.None));
        Same([each.Average()], functional.cross_entropy(scores, target));
        Same([each.Sum()], functional.cross_entropy(scores, target, reduction: Reduction.Sum));
        Same([each[0]], functional.cross_entropy(scores, Whole(1, -100)));
        Same([each.Average()], functional.nll_loss(scores.log_softmax(1), target));
    }

    [Fact]
    public void Squared_and_absolute_losses()
    {
        var (a, b) = (Row(1, 2, 3), Row(1, 4, 0));
        Same([13.0 / 3], functional.mse_loss(a, b));
        Same([0, 4, 9], functional.mse_loss(a, b, Reduction.None));
        Same([5], functional.l1_loss(a, b, Reduction.Sum));
    }

    [Fact]
    public void Causal_attention_sees_the_past_only()
    {
        // Queries and keys of zeros: every visible position weighs the same.
        var nothing = zeros(1, 3, 2, float64);
        var value = tensor(new double[] { 1, 2, 3, 4, 8, 0 }, [1, 3, 2]);
        Same([1, 2, 2, 3, 4, 2], [1, 3, 2], functional.scaled_dot_product_attention(nothing, nothing, value, is_casual: true));
        Same([4, 2, 4, 2, 4, 2], functional.scaled_dot_product_attention(nothing, nothing, value));
        var last = tensor(new[] { false, false, true }).expand(3, 3);
        Same([8, 0, 8, 0, 8, 0], functional.scaled_dot_product_attention(nothing, nothing, value, last));
        var bias = Row(0, Math.Log(2), Math.Log(5)).expand(3, 3);
        Same([47.0 / 8, 10.0 / 8], functional.scaled_dot_product_attention(nothing, nothing, value, bias)[0, 0]);
    }

    [Fact]
    public void Attention_scales_scores_by_the_root_of_the_width()
    {
        var query = full(1, 1, 4, 1, float64);
        var key = cat(new[] { zeros(1, 1, 4, float64), full(1, 1, 4, Math.Log(3) / 2, float64) }, 1);
        var value = tensor(new double[] { 0, 1 }, [1, 2, 1]);
        Same([0.75], functional.scaled_dot_product_attention(query, key, value));
    }

    [Fact]
    public void Activations_in_place_write_where_others_do_not()
    {
        var x = Row(-1, 2);
        Same([0, 2], functional.relu(x));
        Same([-1, 2], x);
        Assert.Same(x, functional.relu(x, inplace: true));
        Same([0, 2], x);
        Same([0, 2 / (1 + Math.Exp(-2))], functional.silu(x));
        Same([0.5, 1 / (1 + Math.Exp(-2))], functional.sigmoid(x));
        Same([0, Math.Tanh(2)], functional.tanh(x));
        Same([Math.Log(2), Math.Log(1 + Math.Exp(2))], functional.softplus(x));
    }

    [Fact]
    public void One_hot_and_dropout()
    {
        Same([0, 1, 0, 1, 0, 0], [2, 3], functional.one_hot(Whole(1, 0), 3));
        var x = ones(1000, float64);
        Same(Of(x), functional.dropout(x, 0.5, training: false));
        manual_seed(3);
        var dropped = Of(functional.dropout(x, 0.25));
        Assert.All(dropped, v => Assert.True(v == 0 || Math.Abs(v - 1 / 0.75) < 1e-12));
        Assert.InRange(dropped.Count(v => v == 0), 200, 300);
    }

    [Fact]
    public void Clipping_scales_all_gradients_by_one_factor_and_tells_the_norm_before()
    {
        var (a, b, without) = (Parameter(Row(0, 0)), Parameter(Row(0)), Parameter(Row(0)));
        a.grad = Row(3, 0);
        b.grad = Row(4);
        Assert.Equal(5, utils.clip_grad_norm_([a, b, without], 10), 1e-12);
        Same([3, 0], a.grad!);
        Assert.Equal(5, utils.clip_grad_norm_([a, b, without], 1), 1e-12);
        Same([0.6, 0], a.grad!, 1e-6);
        Same([0.8], b.grad!, 1e-6);
        Assert.Null(without.grad);
    }
}
