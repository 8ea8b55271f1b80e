using Emergence.Stages.Curves.Alerts;
using Emergence.Stages.Curves.History;
using Emergence.Stages.Curves.Identity;
using Emergence.Stages.Input;

namespace Emergence.Stages.Curves;

/// <summary>
/// What one layer's curves and features must remember between checkpoints: the alert rule's window, decoder rows, states. Give it
/// each checkpoint in step order; save it with the checkpoint's commit. Loaded again it goes on with the same bits.
/// </summary>
/// <remarks>Memory and file: 8 bytes per decoder weight (the rows before and the rows where each identity began) and little more.</remarks>
public sealed class LayerHistory
{
    private LayerMemory? _memory;

    /// <summary>Makes the history of a layer before its first checkpoint.</summary>
    /// <param name="layer">Layer, from 0.</param>
    public LayerHistory(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        Layer = layer;
    }

    private LayerHistory(int layer, LayerMemory? memory)
    {
        Layer = layer;
        _memory = memory;
    }

    /// <summary>The layer.</summary>
    public int Layer { get; }

    /// <summary>Newest step it has seen; null before the first.</summary>
    public long? LastStep => _memory?.Step;

    /// <summary>Reads a history that <see cref="Save"/> wrote.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="file">Its name, for error messages.</param>
    /// <exception cref="BadInputException">The bytes are damaged or of another version.</exception>
    public static LayerHistory Load(Stream stream, string file)
    {
        var (layer, memory) = HistoryFile.Read(stream, file);
        return new LayerHistory(layer, memory);
    }

    /// <summary>Writes everything the next checkpoint needs.</summary>
    /// <param name="stream">Written from its position on; not flushed or closed.</param>
    public void Save(Stream stream) => HistoryFile.Write(stream, Layer, _memory);

    /// <summary>Joins a checkpoint's statistics to what came before and makes its rows.</summary>
    /// <param name="step">Training step, greater than <see cref="LastStep"/>.</param>
    /// <param name="curves">The checkpoint's statistics of this layer; the same categories and features every time.</param>
    /// <param name="decoder">The SAE's decoder rows, row-major <c>[features, d]</c>, finite; copied.</param>
    /// <param name="d">Row length, at least 1.</param>
    /// <exception cref="ArgumentException">The step is not a later one, or layer, categories, features or decoder do not fit. The history is unchanged.</exception>
    public LayerAdvance Advance(long step, LayerCurves curves, float[] decoder, int d)
    {
        Check(step, curves, decoder, d);
        var matches = _memory is null ? null : DecoderIdentity.Match(_memory.Previous, decoder, d);
        var events = new List<EventRow>();
        var lives = new FeatureLife[curves.Features.Count];
        var first = _memory is null ? [.. decoder] : (float[])[.. _memory.First];
        var features = new FeatureColumnsBuilder(lives.Length);
        for (var f = 0; f < lives.Length; f++)
        {
            var point = curves.Features[f];
            var match = matches?[f];
            var before = _memory?.Lives[f] ?? FeatureLife.Start;
            var row = decoder.AsSpan(f * d, d);
            double? cosineFirst = match is null ? null : DecoderIdentity.Cosine(first.AsSpan(f * d, d), row);
            if (match is { Continues: false } broken)
            {
                if (before.State != FeatureState.Unborn)
                {
                    events.Add(IdentityBreakEvent.Make(step, Layer, f, broken, cosineFirst!.Value, before.State));
                }

                row.CopyTo(first.AsSpan(f * d));
                cosineFirst = null;
            }

            lives[f] = before.Next(match?.Continues ?? true, point.Firings > 0, point.IsCategorical);
            features.Add(Row(point, lives[f].State, match?.Cosine, cosineFirst));
        }

        var alerts = new AlertState[curves.Points.Count];
        var rows = new CurveRow[alerts.Length];
        for (var c = 0; c < alerts.Length; c++)
        {
            var point = curves.Points[c];
            var observation = new AlertObservation(step, point.BestF1.Value, point.BestF1Null99);
            alerts[c] = (_memory?.Alerts[c] ?? AlertState.Start).Next(observation);
            if (alerts[c].FiresNow)
            {
                events.Add(OnsetEvent.Make(alerts[c], Layer, point.Facet, point.Category));
            }

            rows[c] = new CurveRow(
                Layer, point.Facet, point.Category, point.CategoricalFeatures, point.Coverage, point.BestF1,
                point.BestFeature, point.BestF1Null99, observation.Above, alerts[c].AlertStep);
        }

        _memory = new LayerMemory(step, d, [.. curves.Points.Select(p => (p.Facet, p.Category))], alerts, lives, first, [.. decoder]);
        return new LayerAdvance(rows, features.Build(), curves.Firings, events);
    }

    private FeatureRow Row(FeaturePoint point, FeatureState state, double? cosinePrevious, double? cosineFirst)
    {
        var association = point.Association;
        return new FeatureRow(
            Layer, point.Feature, point.Firings, point.Density, point.MeanActivation, point.MaxActivation, state,
            association?.Facet, association?.Category, association?.Precision, association?.Recall, association?.F1, association?.Lift,
            association?.Z, association?.Q, cosinePrevious, cosineFirst, point.TopContexts);
    }

    private void Check(long step, LayerCurves curves, float[] decoder, int d)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(d, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (curves.Layer != Layer)
        {
            throw new ArgumentException($"curves of layer {curves.Layer} given to the history of layer {Layer}", nameof(curves));
        }

        if (decoder.LongLength != (long)curves.Features.Count * d)
        {
            throw new ArgumentException($"a decoder of {decoder.Length} weights for {curves.Features.Count} features of width {d}", nameof(decoder));
        }

        var bad = Array.FindIndex(decoder, w => !float.IsFinite(w));
        if (bad >= 0)
        {
            throw new ArgumentException($"decoder row {bad / d} holds {decoder[bad]}", nameof(decoder));
        }

        if (_memory is null)
        {
            return;
        }

        if (step <= _memory.Step)
        {
            throw new ArgumentException($"step {step} does not follow step {_memory.Step}", nameof(step));
        }

        if (d != _memory.Width || curves.Features.Count != _memory.Lives.Length
            || !curves.Points.Select(p => (p.Facet, p.Category)).SequenceEqual(_memory.Names))
        {
            throw new ArgumentException("features, decoder width or categories differ from those of earlier checkpoints", nameof(curves));
        }
    }
}
