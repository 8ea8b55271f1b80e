using static Emergence.Torch.Tests.Values;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Functions;

public sealed class LinearTests
{
    [Fact]
    public void Products_of_matrices_and_vectors()
    {
        using var scope = NewDisposeScope();
        var (a, b, v) = (Matrix(2, 1, 2, 3, 4), Matrix(2, 5, 6, 7, 8), Row(1, -1));
        double[] ab = [19, 22, 43, 50];
        Same(ab, a.mm(b));
        Same(ab, mm(a, b));
        Same(ab, a.matmul(b));
        Same(ab, einsum("ij,jk->ik", a, b));
        Same(ab, [1, 2, 2], a.unsqueeze(0).bmm(b.unsqueeze(0)));
        Same([-1, -1], a.mv(v));
        Same([2], v.dot(v));
        Same([1, -1, -1, 1], v.outer(v));
    }

    [Fact]
    public void Added_products_weigh_both_sides()
    {
        using var scope = NewDisposeScope();
        var (a, b, v) = (Matrix(2, 1, 2, 3, 4), Matrix(2, 5, 6, 7, 8), Row(1, -1));
        Same([21, 24, 45, 52], addmm(ones(2, 2, float64) * 2, a, b, 1, 1));
        Same([192, 222, 432, 502], (ones(2, 2, float64) * 2).addmm(a, b, beta: 1, alpha: 10));
        var target = ones(2, 2, float64);
        Assert.Same(target, target.addmm_(a, b, beta: 0.5f, alpha: -1));
        Same([-18.5, -21.5, -42.5, -49.5], target);
        Same([9, 9], ones(2, float64).addmv(a, v, beta: 10, alpha: 1));
        Same([2, -2, -2, 2], zeros(2, 2, float64).addr(v, v, alpha: 2));
        Same([22, 25, 46, 53], baddbmm(ones(1, 2, 2, float64), a.unsqueeze(0), b.unsqueeze(0), 3, 1));
    }

    [Fact]
    public void A_beta_of_zero_ignores_what_was_there_even_when_it_is_not_a_number()
    {
        using var scope = NewDisposeScope();
        var rubbish = full([2, 2], double.NaN, float64);
        Same([19, 22, 43, 50], rubbish.addmm_(Matrix(2, 1, 2, 3, 4), Matrix(2, 5, 6, 7, 8), beta: 0));
    }

    [Fact]
    public void A_product_large_enough_for_several_threads_agrees_with_the_sum_it_stands_for()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var a = randn(130, 70, float64, generator: generator);
        var b = randn(70, 90, float64, generator: generator);
        var (x, y, z) = (Of(a), Of(b), Of(a.mm(b)));
        for (var i = 0; i < 130; i += 13)
        {
            for (var j = 0; j < 90; j += 7)
            {
                var sum = 0.0;
                for (var k = 0; k < 70; k++) sum += x[i * 70 + k] * y[k * 90 + j];
                Assert.Equal(sum, z[i * 90 + j], 1e-11);
            }
        }
    }
}
