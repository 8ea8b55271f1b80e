namespace Emergence.Stages.Sae.Training;

/// <summary>Counts of one checkpoint's training.</summary>
/// <param name="plannedSteps">Steps its budget has.</param>
internal sealed class TrainingProgress(long plannedSteps)
{
    private double _loss = double.NaN;
    private long _tokens;
    private long _refusedBatches;
    private long _refusedTokens;
    private long _skipped;
    private string? _lastRefusal;

    /// <summary>Optimiser steps taken.</summary>
    public long Steps { get; private set; }

    public void Took(int rows, double loss)
    {
        var share = 1 / Math.Max(1.0, plannedSteps / 10.0);
        _loss = Steps == 0 ? loss : _loss + (share * (loss - _loss));
        _tokens += rows;
        Steps++;
    }

    public void Skip() => _skipped++;

    public void Refuse(int rows, int token, int dimension, float value)
    {
        _refusedBatches++;
        _refusedTokens += rows;
        _lastRefusal = $"a batch of {rows} activations, after {_tokens} tokens of training: token {token}, dimension {dimension} is {value}";
    }

    public TrainingSummary ToSummary(int deadLatents)
        => new(_tokens, Steps, _loss, deadLatents, _refusedBatches, _refusedTokens, _skipped, _lastRefusal);
}
