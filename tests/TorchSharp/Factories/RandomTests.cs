using static Emergence.Torch.Tests.Values;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Factories;

public sealed class RandomTests
{
    public static TheoryData<string> Draws => [.. All.Keys];

    private static readonly Dictionary<string, Func<Generator, Tensor>> All = new()
    {
        ["rand"] = g => rand(100, generator: g),
        ["randn"] = g => randn(10, 10, generator: g),
        ["randint"] = g => randint(0, 1000, new long[] { 100 }, generator: g),
        ["randperm"] = g => randperm(100, generator: g),
        ["normal"] = g => normal(1, 2, new long[] { 100 }, generator: g),
        ["normal_"] = g => zeros(100).normal_(generator: g),
        ["uniform_"] = g => zeros(100).uniform_(-1, 1, g),
        ["bernoulli_"] = g => zeros(100).bernoulli_(0.5, g),
        ["multinomial"] = g => ones(200).multinomial(100, generator: g),
    };

    [Theory]
    [MemberData(nameof(Draws))]
    public void The_same_seed_draws_the_same_numbers_and_another_seed_others(string name)
    {
        using var scope = NewDisposeScope();
        using Generator first = new(42), second = new(42), other = new(43);
        var numbers = Of(All[name](first));
        Assert.Equal(numbers, Of(All[name](second)));
        Assert.NotEqual(numbers, Of(All[name](other)));
        Assert.NotEqual(numbers, Of(All[name](first)));
        first.manual_seed(42);
        Assert.Equal(numbers, Of(All[name](first)));
    }

    [Fact]
    public void A_generators_state_can_be_kept_and_put_back()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        _ = rand(10, generator: generator);
        var state = generator.get_state();
        var numbers = Of(rand(10, generator: generator));
        generator.set_state(state);
        Assert.Equal(numbers, Of(rand(10, generator: generator)));
        Assert.Equal(5, generator.initial_seed());
    }

    [Fact]
    public void The_default_generator_follows_manual_seed()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var numbers = Of(rand(5));
        var state = get_rng_state();
        var next = Of(rand(5));
        manual_seed(11);
        Assert.Equal(numbers, Of(rand(5)));
        set_rng_state(state);
        Assert.Equal(next, Of(rand(5)));
        Assert.Equal(11, initial_seed());
    }

    [Fact]
    public void Draws_lie_where_they_should()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var uniform = Of(rand(20_000, generator: generator));
        Assert.All(uniform, x => Assert.InRange(x, 0, 1));
        Assert.Equal(0.5, uniform.Average(), 0.01);
        var normals = Of(normal(3, 2, new long[] { 20_000 }, generator: generator));
        Assert.Equal(3, normals.Average(), 0.06);
        Assert.Equal(4, normals.Select(x => (x - 3) * (x - 3)).Average(), 0.15);
        var whole = Of(randint(-2, 3, new long[] { 1000 }, generator: generator));
        Assert.Equal([-2, -1, 0, 1, 2], whole.Distinct().Order());
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (double)i), Of(randperm(50, generator: generator)).Order());
    }
}
