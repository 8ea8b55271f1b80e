using Emergence.Stages.Curves;
using Emergence.Stages.Curves.Alerts;

namespace Emergence.Stages.Tests.Curves;

/// <summary>What the statistics promise, measured on texts with known truth and documents that hang together (<see cref="PlantedText"/>).</summary>
public class StatisticsTests
{
    private static readonly CurveOptions _few = new() { BootstrapDraws = 20, Permutations = 99, CategoricalPermutations = 1 };

    [Theory]
    [InlineData(48, 150)]
    [InlineData(24, 300)] // four documents per genre: a normal tail in place of Student's would give 27 % false discoveries here
    public void False_discoveries_are_at_most_5_percent_of_those_with_q_below_0_05(int documents, int length)
    {
        const int noise = 150, planted = 16, seeds = 12;
        double rate = 0;
        int found = 0, foundCategorical = 0, falseCategorical = 0;
        for (var seed = 0; seed < seeds; seed++)
        {
            var text = new PlantedText(seed, documents, length).AddNoise(noise);
            for (var i = 0; i < planted; i++)
            {
                text.AddPlanted(i % 2, i / 2 % PlantedText.Genres, 0.6, 0.02);
            }

            var calculator = Associate(text, _few);
            int discoveries = 0, wrong = 0;
            foreach (var segment in calculator.Columns.Segments)
            {
                for (var f = 0; f < noise + planted; f++)
                {
                    for (var column = segment.Start; column < segment.Labelled; column++)
                    {
                        if (calculator.Table.P[f * calculator.Columns.Width + column] <= calculator.Table.Cut)
                        {
                            discoveries++;
                            wrong += f < noise ? 1 : 0;
                        }
                    }

                    if (calculator.Table.Categorical[f * 2 + segment.Facet] >= 0)
                    {
                        foundCategorical++;
                        falseCategorical += f < noise ? 1 : 0;
                    }
                }
            }

            found += discoveries - wrong;
            rate += (double)wrong / Math.Max(1, discoveries) / seeds;
        }

        Assert.True(rate <= 0.05, $"false discovery rate {rate:0.000}");
        Assert.True(found >= seeds * planted / 2, $"{found} true discoveries");
        Assert.True(falseCategorical <= 0.05 * foundCategorical, $"{falseCategorical} of {foundCategorical} categorical features know nothing");
    }

    [Fact]
    public void Planted_features_of_lift_4_and_more_are_found_with_their_recall_and_precision()
    {
        const int seeds = 6, perSeed = 8;
        var hit = 0;
        for (var seed = 20; seed < 20 + seeds; seed++)
        {
            var text = new PlantedText(seed).AddNoise(60);
            for (var i = 0; i < perSeed; i++)
            {
                text.AddPlanted(1, i, 0.7, 0.015);
            }

            var curves = Compute(text, _few);
            for (var i = 0; i < perSeed; i++)
            {
                var point = curves.Features[60 + i];
                if (point is { IsCategorical: true, Association: { } association } && association.Category == $"p{i}" && association.Lift >= 4)
                {
                    hit++;
                    Assert.InRange(association.Recall, 0.5, 0.9);
                    Assert.Contains(curves.Points, p => p.Category == association.Category && p.BestFeature == 60 + i && p.BestF1.Value > p.BestF1Null99);
                }
            }
        }

        Assert.True(hit >= 0.9 * seeds * perSeed, $"{hit} of {seeds * perSeed} found");
    }

    [Fact]
    public void P_values_of_features_that_know_nothing_are_not_too_small()
    {
        double[] levels = [0.05, 0.01, 0.001];
        foreach (var facet in new[] { 0, 1 })
        {
            var below = new double[levels.Length];
            var tests = 0;
            for (var seed = 40; seed < 46; seed++)
            {
                var calculator = Associate(new PlantedText(seed).AddNoise(200), _few);
                var segment = calculator.Columns.Segments[facet];
                for (var f = 0; f < 200; f++)
                {
                    for (var column = segment.Start; column < segment.Labelled; column++, tests++)
                    {
                        for (var i = 0; i < levels.Length; i++)
                        {
                            below[i] += calculator.Table.P[f * calculator.Columns.Width + column] <= levels[i] ? 1 : 0;
                        }
                    }
                }
            }

            for (var i = 0; i < levels.Length; i++)
            {
                Assert.True(below[i] / tests <= levels[i], $"facet {facet}: {below[i] / tests} of p-values are at most {levels[i]}");
            }

            Assert.True(below[0] / tests > 0.005, "the test has some power left");
        }
    }

    [Fact]
    public void Best_f1_of_features_that_know_nothing_lies_at_its_null_and_alerts_are_rare()
    {
        double value = 0, nullMean = 0;
        int above = 0, alerts = 0, curves = 0, points = 0;
        for (var seed = 60; seed < 68; seed++)
        {
            // Three checkpoints with fresh noise on the same text.
            var alert = Enumerable.Repeat(AlertState.Start, PlantedText.Genres + PlantedText.Parts).ToArray();
            for (var step = 0; step < 3; step++)
            {
                var text = new PlantedText(seed, 48, 80).WithFirings(1000 * seed + step).AddNoise(60);
                var result = Compute(text, _few);
                for (var c = 0; c < alert.Length; c++)
                {
                    var point = result.Points[c];
                    value += point.BestF1.Value;
                    nullMean += point.BestF1.Null;
                    above += point.BestF1.Value > point.BestF1Null99 ? 1 : 0;
                    points++;
                    alert[c] = alert[c].Next(new(step, point.BestF1.Value, point.BestF1Null99));
                }
            }

            curves += alert.Length;
            alerts += alert.Count(a => a.AlertStep is not null);
        }

        // Chosen and scored on the same documents, the mean would exceed its own scoring by far; split, value and null agree.
        Assert.Equal(1, value / nullMean, 0.05);
        Assert.True(above <= 0.03 * points, $"{above} of {points} points above the 99th percentile of their null");
        Assert.True(alerts <= 0.02 * curves, $"{alerts} of {curves} curves alerted");
    }

    [Fact]
    public void Intervals_cover_the_truth_about_as_often_as_they_say()
    {
        // One strong feature per text: best_f1 estimates its F1 on text of this kind, coverage its recall. The truth is taken from a large text.
        var truth = Compute(Text(999, 600), _few).Points[PlantedText.Genres];
        int best = 0, coverage = 0;
        const int texts = 40;
        for (var seed = 100; seed < 100 + texts; seed++)
        {
            var point = Compute(Text(seed, 48), _few with { BootstrapDraws = 200 }).Points[PlantedText.Genres];
            best += point.BestF1.Low <= truth.BestF1.Value && truth.BestF1.Value <= point.BestF1.High ? 1 : 0;
            coverage += point.Coverage.Low <= truth.Coverage.Value && truth.Coverage.Value <= point.Coverage.High ? 1 : 0;
            Assert.InRange(point.BestF1.Value, point.BestF1.Low, point.BestF1.High);
            Assert.InRange(point.BestF1.High - point.BestF1.Low, 0.01, 0.4);
        }

        Assert.InRange(best, (int)(0.85 * texts), texts);
        Assert.InRange(coverage, (int)(0.85 * texts), texts);

        static PlantedText Text(int seed, int documents) => new PlantedText(seed, documents, 100).AddPlanted(1, 0, 0.6, 0.03).AddNoise(3);
    }

    private static CurveCalculator Associate(PlantedText text, CurveOptions options)
    {
        var calculator = new CurveCalculator(text.Probe, options);
        calculator.Transpose(text.Log());
        calculator.Associate();
        return calculator;
    }

    private static LayerCurves Compute(PlantedText text, CurveOptions options) => new CurveCalculator(text.Probe, options).Compute(0, text.Log());
}
