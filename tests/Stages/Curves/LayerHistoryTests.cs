using System.Text.Json;
using Emergence.Stages.Curves;

namespace Emergence.Stages.Tests.Curves;

public class LayerHistoryTests
{
    private const int D = 3;
    private static readonly float[] _decoder = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0.6f, 0.8f];

    [Fact]
    public void First_checkpoint_has_no_cosines_and_no_events()
    {
        var advance = new LayerHistory(2).Advance(0, Curves(0.1), _decoder, D);

        Assert.Empty(advance.Events);
        Assert.Equal([FeatureState.Diffuse, FeatureState.Categorical, FeatureState.Unborn, FeatureState.Diffuse], advance.Features.Select(f => f.State));
        Assert.All(advance.Features, f => Assert.Equal((2, null, null), (f.Layer, f.CosinePrevious, f.CosineFirst)));
        Assert.Equal(new CurveRow(2, "pos", "noun", new(1, 0, 2, 0.5), new(0.3, 0.2, 0.4, 0.1), new(0.1, 0, 0.2, 0.05), 1, 0.2, false, null), advance.Curves[0]);
        var row = advance.Features[1];
        Assert.Equal(
            (1, 7L, 0.07, 1.5, 2.5, "pos", "noun", 0.8, 0.4, 0.5, 3.0, 9.0, 0.001),
            (row.Feature, row.Firings, row.Density, row.MeanActivation, row.MaxActivation, row.Facet, row.Category, row.Precision, row.Recall, row.F1, row.Lift, row.Z, row.Q));
        Assert.Equal([new TopContext(0, 1, 2.5f)], row.TopContexts);
        Assert.Null(advance.Features[2].Category);
        Assert.Same(Curves(0.1).Firings.GetType(), advance.Firings.GetType());
    }

    [Fact]
    public void Alert_step_appears_at_the_second_checkpoint_above_and_stays()
    {
        var history = new LayerHistory(2);
        var rows = new[] { 0.1, 0.5, 0.1, 0.6, 0.1 }.Select((f1, i) => history.Advance(10 * i, Curves(f1), _decoder, D)).ToArray();

        Assert.Equal([null, null, null, 30L, 30L], rows.Select(r => r.Curves[0].AlertStep));
        Assert.Equal([false, true, false, true, false], rows.Select(r => r.Curves[0].AboveNull));
        var onset = Assert.Single(rows.SelectMany(r => r.Events));
        Assert.Equal((EventKind.Onset, 30L, 2, "pos", "noun"), (onset.Kind, onset.Step, onset.Layer, onset.Facet, onset.Category));
        Assert.All(rows, r => Assert.Null(r.Curves[1].AlertStep));
    }

    [Fact]
    public void Cosines_are_to_the_checkpoint_before_and_to_where_the_identity_began()
    {
        var history = new LayerHistory(2);
        history.Advance(0, Curves(0.1), _decoder, D);
        history.Advance(1, Curves(0.1), With(0, 0.8f, 0.6f, 0), D);
        var advance = history.Advance(2, Curves(0.1), With(0, 0.28f, 0.96f, 0), D);

        Assert.Equal(0.8, advance.Features[0].CosinePrevious!.Value, 1e-6);
        Assert.Equal(0.28, advance.Features[0].CosineFirst!.Value, 1e-6);
        Assert.Empty(advance.Events);
    }

    [Fact]
    public void Break_makes_an_event_and_starts_state_and_first_appearance_anew()
    {
        var history = new LayerHistory(2);
        for (var step = 0; step < 3; step++)
        {
            history.Advance(step, Curves(0.1), _decoder, D);
        }

        // Feature 1, stable by now, takes the place of feature 0.
        var broken = history.Advance(3, Curves(0.1), With(1, 1, 0, 0), D);

        var row = Assert.Single(broken.Events);
        Assert.Equal((EventKind.IdentityBreak, EventSeverity.Warning, 3L, 2, 1), (row.Kind, row.Severity, row.Step, row.Layer, row.Feature));
        using var evidence = JsonDocument.Parse(row.Evidence);
        Assert.Equal(
            (0.0, 0.0, 0, 1.0, "stable"),
            (evidence.RootElement.GetProperty("cosine_previous").GetDouble(), evidence.RootElement.GetProperty("cosine_first").GetDouble(),
                evidence.RootElement.GetProperty("nearest").GetInt32(), evidence.RootElement.GetProperty("nearest_cosine").GetDouble(),
                evidence.RootElement.GetProperty("state_before").GetString()));
        Assert.Equal((FeatureState.Categorical, 0.0, null), (broken.Features[1].State, broken.Features[1].CosinePrevious, broken.Features[1].CosineFirst));
        var next = history.Advance(4, Curves(0.1), With(1, 1, 0, 0), D);
        Assert.Equal((FeatureState.Categorical, 1.0, 1.0), (next.Features[1].State, next.Features[1].CosinePrevious, next.Features[1].CosineFirst));
        Assert.Equal(FeatureState.Stable, history.Advance(5, Curves(0.1), With(1, 1, 0, 0), D).Features[1].State);
    }

    [Fact]
    public void Latent_that_never_fired_may_turn_without_an_event()
    {
        var history = new LayerHistory(2);
        history.Advance(0, Curves(0.1), _decoder, D);

        var advance = history.Advance(1, Curves(0.1), With(2, 1, 0, 0), D);

        Assert.Empty(advance.Events);
        Assert.Equal((FeatureState.Unborn, 0.0, null), (advance.Features[2].State, advance.Features[2].CosinePrevious, advance.Features[2].CosineFirst));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Saved_and_loaded_it_goes_on_with_the_same_bits(int checkpointsBefore)
    {
        var random = new Random(1);
        var decoders = Enumerable.Range(0, 7).Select(_ => Enumerable.Range(0, 12).Select(_ => (float)(random.NextDouble() - 0.4)).ToArray()).ToArray();
        var straight = new LayerHistory(2);
        var interrupted = new LayerHistory(2);
        for (var i = 0; i < decoders.Length; i++)
        {
            if (i == checkpointsBefore)
            {
                using var file = new MemoryStream();
                interrupted.Save(file);
                file.Position = 0;
                interrupted = LayerHistory.Load(file, "history");
            }

            var curves = Curves(random.NextDouble() / 2);
            var expected = straight.Advance(i * 10, curves, decoders[i], D);
            var actual = interrupted.Advance(i * 10, curves, decoders[i], D);
            Assert.Equal(expected.Curves, actual.Curves);
            Assert.Equal(expected.Features.Select(Show), actual.Features.Select(Show));
            Assert.Equal(expected.Events, actual.Events);
            Assert.Equal(straight.LastStep, interrupted.LastStep);
        }

        Assert.Equal(Bytes(straight), Bytes(interrupted));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        var history = new LayerHistory(2);
        history.Advance(10, Curves(0.1), _decoder, D);
        var before = Bytes(history);
        float[] notFinite = [.. _decoder];
        notFinite[5] = float.NaN;

        Assert.Throws<ArgumentException>(() => history.Advance(10, Curves(0.1), _decoder, D));
        Assert.Throws<ArgumentException>(() => history.Advance(11, Curves(0.1) with { Layer = 1 }, _decoder, D));
        Assert.Throws<ArgumentException>(() => history.Advance(11, Curves(0.1), _decoder, 4));
        Assert.Throws<ArgumentException>(() => history.Advance(11, Curves(0.1), notFinite, D));
        Assert.Throws<ArgumentException>(() => history.Advance(11, Curves(0.1) with { Points = [.. Curves(0.1).Points.Reverse()] }, _decoder, D));
        Assert.Throws<ArgumentException>(() => history.Advance(11, Curves(0.1) with { Features = [.. Curves(0.1).Features.Take(3)] }, _decoder[..9], D));
        Assert.Equal(before, Bytes(history));
    }

    /// <summary>Two categories, of which the first has the given best_f1 against a null of 0.2; four features, the third silent, the second categorical.</summary>
    private static LayerCurves Curves(double bestF1)
    {
        CurvePoint[] points =
        [
            new("pos", "noun", new(1, 0, 2, 0.5), new(0.3, 0.2, 0.4, 0.1), new(bestF1, 0, 0.2, 0.05), 1, 0.2),
            new("pos", "verb", new(0, 0, 0, 0), new(0, 0, 0, 0), new(0.1, 0, 0.2, 0.05), -1, 0.1),
        ];
        var association = new FeatureAssociation("pos", "noun", 0.8, 0.4, 0.5, 3, 9, 0.001);
        return new LayerCurves(2, points, [.. Enumerable.Range(0, 4).Select(f => f == 2
            ? new FeaturePoint(f, 0, 0, 0, 0, false, null, [])
            : new FeaturePoint(f, 7, 0.07, 1.5, 2.5, f == 1, association, _contexts))], []);
    }

    private static readonly TopContext[] _contexts = [new(0, 1, 2.5f)];

    private static float[] With(int row, float x, float y, float z)
    {
        float[] decoder = [.. _decoder];
        (decoder[row * D], decoder[row * D + 1], decoder[row * D + 2]) = (x, y, z);
        return decoder;
    }

    private static byte[] Bytes(LayerHistory history)
    {
        using var file = new MemoryStream();
        history.Save(file);
        return file.ToArray();
    }

    // A row's contexts are a list, which records compare by reference.
    private static string Show(FeatureRow row) => $"{row with { TopContexts = Array.Empty<TopContext>() }} {string.Join(' ', row.TopContexts)}";
}
