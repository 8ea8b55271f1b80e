using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Progress;
using Emergence.Stages.Firing;

namespace Emergence.Pipeline.Watching;

/// <summary>Trains one SAE per watched layer on the training stream, then encodes the probe set with them frozen. Owns the SAEs.</summary>
internal sealed class SaeStage : IDisposable
{
    private readonly RunContext _run;
    private readonly LayerSae[] _layers;
    private readonly SaeStaging _staging;
    private readonly Pool<TokenFirings[]> _firings;
    private CheckpointWork? _work;
    private long _done;
    private long _total;
    private bool _warm;
    private bool _kept;

    /// <param name="run">The run.</param>
    /// <param name="layers">One SAE per watched layer, in order; owned from here on.</param>
    /// <param name="staging">Where they are written at the end of a checkpoint.</param>
    /// <param name="warm">Whether they come from an earlier checkpoint.</param>
    public SaeStage(RunContext run, LayerSae[] layers, SaeStaging staging, bool warm)
    {
        _staging = staging;
        _run = run;
        _layers = layers;
        _warm = warm;
        _firings = new Pool<TokenFirings[]>(() => [.. layers.Select(_ => new TokenFirings())]);
    }

    public ValueTask RunAsync(CapturedActivations captured, Emitter<ProbeFirings> emit)
    {
        var activations = captured.Activations;
        _done += activations.Tokens.TokenCount;
        if (captured.Purpose == Purpose.Train)
        {
            for (var i = 0; i < _layers.Length; i++)
            {
                _layers[i].Train(activations.Activations[i]);
            }

            _run.Progress.Tell(_work!.Step, CheckpointPhase.Train, _done, _total);
            return ValueTask.CompletedTask;
        }

        var firings = _firings.Rent();
        for (var i = 0; i < _layers.Length; i++)
        {
            firings[i].Reset();
            _layers[i].Encode(activations.Activations[i], firings[i]);
        }

        _run.Progress.Tell(_work!.Step, CheckpointPhase.Measure, _done, _total);
        return emit.SendAsync(new ProbeFirings(_run.Leases, activations.Tokens, firings, _firings));
    }

    public ValueTask AtBarrierAsync(BarrierMessage barrier, Emitter<ProbeFirings> emit)
    {
        switch (barrier)
        {
            case CheckpointOpened opened:
                _work = opened.Work;
                Expect(_run.TrainingTokens(_warm));
                if (_work.Inserted || _run.ReadsWhileTraining)
                {
                    _staging.Keep(_layers);
                    _kept = true;
                }

                foreach (var layer in _layers)
                {
                    layer.Begin(_total);
                }

                break;
            case TrainingEnded:
                Expect(_run.Probe.TokenCount);
                foreach (var layer in _layers)
                {
                    layer.EndTraining();
                }

                break;
            case CheckpointRead { Work.Refusal: null } read:
                read.Work.Layers = [.. _layers.Select(l => l.Snapshot())];
                _staging.Write(read.Work.Step, _layers, withState: !read.Work.Inserted);
                _warm |= !read.Work.Inserted;
                End(takeBack: read.Work.Inserted);
                break;
            case CheckpointRead:
                End(takeBack: _work is not null);
                break;
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }
    }

    /// <summary>Ends a checkpoint; an inserted one, and one that could not be read to its end, leaves no trace in the SAEs.</summary>
    private void End(bool takeBack)
    {
        if (takeBack)
        {
            _staging.TakeBack(_layers);
        }

        if (_kept)
        {
            _staging.Forget();
            _kept = false;
        }

        _work = null;
    }

    private void Expect(long tokens)
    {
        _done = 0;
        _total = tokens;
    }
}
