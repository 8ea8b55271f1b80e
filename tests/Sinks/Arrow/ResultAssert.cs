using Emergence.Stages.Curves;

namespace Emergence.Sinks.Tests.Arrow;

/// <summary>Compares checkpoint results value for value; records compare lists inside them by reference, so those are compared apart.</summary>
internal static class ResultAssert
{
    public static void Same(CheckpointResult expected, CheckpointResult actual)
    {
        Assert.Equal(expected.Step, actual.Step);
        Assert.Equal(expected.TokensSeen, actual.TokensSeen);
        Assert.Equal(expected.Curves, actual.Curves);
        Assert.Equal(expected.Features.Select(f => f with { TopContexts = [] }), actual.Features.Select(f => f with { TopContexts = [] }));
        Assert.Equal(expected.Features.Select(f => f.TopContexts.ToArray()), actual.Features.Select(f => f.TopContexts.ToArray()));
        Assert.Equal(expected.Firings, actual.Firings);
        Assert.Equal(expected.Health, actual.Health);
        Assert.Equal(expected.Events, actual.Events);
    }
}
