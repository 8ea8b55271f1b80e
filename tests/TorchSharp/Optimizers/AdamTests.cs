using TorchSharp;
using TorchSharp.Modules;
using static Emergence.Torch.Tests.Values;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Optimizers;

/// <summary>Adam and AdamW against the published recurrences, written out in double precision.</summary>
public sealed class AdamTests : IDisposable
{
    private static readonly double[][] Gradients = [[1, -2], [0.5, 4], [-3, 0.25]];
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(false, 0.0, false, false)]
    [InlineData(false, 0.1, false, false)]
    [InlineData(false, 0.1, true, true)]
    [InlineData(true, 0.0, false, false)]
    [InlineData(true, 0.1, false, false)]
    [InlineData(true, 0.1, true, false)]
    [InlineData(true, 0.1, false, true)]
    public void Three_steps_follow_the_recurrence(bool decoupled, double decay, bool amsgrad, bool maximize)
    {
        var parameter = nn.Parameter(Row(1, -1));
        using optim.Optimizer optimizer = decoupled
            ? optim.AdamW([parameter], lr: 0.1, beta1: 0.8, beta2: 0.9, eps: 1e-3, weight_decay: decay, amsgrad: amsgrad, maximize: maximize)
            : optim.Adam([parameter], lr: 0.1, beta1: 0.8, beta2: 0.9, eps: 1e-3, weight_decay: decay, amsgrad: amsgrad, maximize: maximize);
        double[] theta = [1, -1], m = [0, 0], v = [0, 0], greatest = [0, 0];
        for (var t = 1; t <= Gradients.Length; t++)
        {
            parameter.grad = Row(Gradients[t - 1]);
            optimizer.step();
            for (var i = 0; i < 2; i++)
            {
                var g = maximize ? -Gradients[t - 1][i] : Gradients[t - 1][i];
                if (decoupled) theta[i] *= 1 - 0.1 * decay;
                else g += decay * theta[i];
                m[i] = 0.8 * m[i] + 0.2 * g;
                v[i] = 0.9 * v[i] + 0.1 * g * g;
                greatest[i] = Math.Max(greatest[i], v[i]);
                var second = (amsgrad ? greatest[i] : v[i]) / (1 - Math.Pow(0.9, t));
                theta[i] -= 0.1 * (m[i] / (1 - Math.Pow(0.8, t))) / (Math.Sqrt(second) + 1e-3);
            }
            Same(theta, parameter, 1e-9);
        }
    }

    [Fact]
    public void The_first_step_is_the_learning_rate_whatever_the_gradients_size()
    {
        var parameter = nn.Parameter(Row(0, 0));
        using var optimizer = optim.AdamW([parameter], lr: 0.01);
        parameter.grad = Row(1e-3, -1e3);
        optimizer.step();
        Same([-0.01, 0.01], parameter, 1e-6);
    }

    [Fact]
    public void The_learning_rate_may_change_between_steps()
    {
        var parameter = nn.Parameter(Row(0));
        using var optimizer = optim.Adam([parameter], lr: 0.01);
        foreach (var group in optimizer.ParamGroups) group.LearningRate = 0.5;
        parameter.grad = Row(1);
        optimizer.step();
        Same([-0.5], parameter, 1e-6);
        Assert.Equal(0.01, optimizer.ParamGroups.Single().InitialLearningRate);
    }

    [Fact]
    public void Groups_have_their_own_rates_and_parameters_without_gradient_stay()
    {
        var (a, b, still) = (nn.Parameter(Row(0)), nn.Parameter(Row(0)), nn.Parameter(Row(5)));
        using var optimizer = optim.AdamW([new AdamW.ParamGroup([a], lr: 0.1), new AdamW.ParamGroup([b, still], lr: 0.2)]);
        a.grad = Row(1);
        b.grad = Row(1);
        optimizer.step();
        Same([-0.1], a, 1e-6);
        Same([-0.2], b, 1e-6);
        Same([5], still);
        Assert.Equal(2, optimizer.ParamGroups.Count());
        Assert.Equal(3, optimizer.parameters().Count());
    }

    [Fact]
    public void Zero_grad_empties_the_gradients()
    {
        var parameter = nn.Parameter(Row(1, 2));
        using var optimizer = optim.AdamW([parameter]);
        parameter.square().sum().backward();
        optimizer.zero_grad();
        Assert.True(parameter.grad is not { } grad || grad.count_nonzero().item<long>() == 0);
    }

    [Fact]
    public void A_closure_computes_the_loss_with_gradients_on()
    {
        var parameter = nn.Parameter(Row(3));
        using var optimizer = optim.AdamW([parameter], lr: 0.1);
        using var off = no_grad();
        var loss = optimizer.step(() =>
        {
            var value = parameter.square().sum();
            value.backward();
            return value;
        });
        Same([9], loss!);
        Same([2.9], parameter, 1e-6);
    }

    [Fact]
    public void Steps_leave_no_tensors_behind_and_disposing_frees_the_running_means()
    {
        var parameter = nn.Parameter(Row(1, 2));
        parameter.grad = Row(1, 1);
        var before = Tensor.TotalCount;
        var optimizer = optim.Adam([parameter]);
        optimizer.step();
        var held = Tensor.TotalCount;
        for (var i = 0; i < 5; i++) optimizer.step();
        Assert.Equal(held, Tensor.TotalCount);
        optimizer.Dispose();
        Assert.True(Tensor.TotalCount < held);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Training_finds_the_least_squares_solution()
    {
        using var generator = new Generator(2);
        var x = randn(200, 3, float64, generator: generator);
        var truth = Row(1, -2, 0.5);
        var y = x.mv(truth);
        var weight = nn.Parameter(zeros(3, float64));
        using var optimizer = optim.AdamW([weight], lr: 0.05);
        for (var i = 0; i < 400; i++)
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.mse_loss(x.mv(weight), y).backward();
            optimizer.step();
        }
        Same(Of(truth), weight, 1e-3);
    }

    [Fact]
    public void A_saved_state_goes_on_as_if_nothing_had_happened()
    {
        var file = Path.GetTempFileName();
        try
        {
            var (a, first) = Trained();
            ((AdamW)first).save_state_dict(file);
            var values = Of(a);
            Step(a, first);

            var b = nn.Parameter(Row(values));
            using var second = optim.AdamW([b], lr: 0.9);
            second.load_state_dict(file);
            Step(b, second);
            Assert.Equal(Of(a), Of(b));
            first.Dispose();
        }
        finally
        {
            File.Delete(file);
        }

        static (Parameter, optim.Optimizer) Trained()
        {
            var parameter = nn.Parameter(Row(1, 2));
            var optimizer = optim.AdamW([parameter], lr: 0.1);
            for (var i = 0; i < 3; i++) Step(parameter, optimizer);
            return (parameter, optimizer);
        }

        static void Step(Parameter parameter, optim.Optimizer optimizer)
        {
            optimizer.zero_grad();
            parameter.pow(4).sum().backward();
            optimizer.step();
        }
    }
}
