using Emergence.Stages.Models;

namespace Emergence.Demo.Trainer;

/// <summary>What to train, on what, and how. Defaults are those of the full demo.</summary>
public sealed record TrainerOptions
{
    /// <summary>Folder that receives <c>step0/</c>, <c>step1/</c>, …; made when it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>The training text, as <see cref="Stages.Tokens.TrainingText"/> reads it.</summary>
    public required string Text { get; init; }

    /// <summary>The <c>tokenizer.json</c>; a copy goes into every checkpoint. Its vocabulary is the model's.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>Number of optimiser steps. More steps make a better model and take longer; the schedule stretches with them.</summary>
    public int Steps { get; init; } = TrainerDefaults.FullSteps;

    /// <summary>Rows in a batch. More rows make each step steadier and slower.</summary>
    public int BatchRows { get; init; } = TrainerDefaults.BatchRows;

    /// <summary>Tokens in a row, and the longest row the model takes.</summary>
    public int Context { get; init; } = TrainerDefaults.Context;

    /// <summary>Blocks of the model.</summary>
    public int Layers { get; init; } = TrainerDefaults.Layers;

    /// <summary>Width of the residual stream; the MLP is four times as wide.</summary>
    public int HiddenSize { get; init; } = TrainerDefaults.HiddenSize;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = TrainerDefaults.Heads;

    /// <summary>Greatest learning rate, reached after the warm-up.</summary>
    public double LearningRate { get; init; } = TrainerDefaults.LearningRate;

    /// <summary>Steps in which the learning rate rises to its greatest.</summary>
    public int WarmupSteps { get; init; } = TrainerDefaults.WarmupSteps;

    /// <summary>Decoupled weight decay of matrices and embedding, not of biases and norms.</summary>
    public double WeightDecay { get; init; } = TrainerDefaults.WeightDecay;

    /// <summary>Seed of the initial weights and of the order of the text.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads of the tensor library. The watcher beside it needs its own: leave it 1 on two cores.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// How long to wait for a trainer that still works in the folder. Default 0: none. A demo started again right after it was
    /// killed meets its old trainer, which ends within a step.
    /// </summary>
    public TimeSpan Patience { get; init; }

    /// <summary>The model these options ask for, Pythia's architecture.</summary>
    /// <param name="vocabularySize">The tokenizer's.</param>
    public ModelConfig Model(int vocabularySize) => new()
    {
        Family = "gpt_neox",
        Layers = Layers,
        HiddenSize = HiddenSize,
        Heads = Heads,
        IntermediateSize = 4 * HiddenSize,
        VocabularySize = vocabularySize,
        Context = Context,
        RotaryDimensions = HiddenSize / Heads / 4,
    };

    /// <summary>Everything wrong with the options, each as a sentence that says how to mend it; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Require(Steps is >= 1 and <= 10_000_000, $"steps is {Steps}; give 1 to 10 000 000");
        Require(BatchRows is >= 1 and <= 65_536, $"batch rows is {BatchRows}; give 1 to 65 536");
        Require(Context is >= 2 and <= 65_536, $"context is {Context}; give 2 to 65 536");
        Require(Layers is >= 1 and <= ModelLimits.Layers, $"layers is {Layers}; give 1 to {ModelLimits.Layers}");
        Require(Heads >= 1 && HiddenSize >= 1 && HiddenSize % Heads == 0 && HiddenSize / Heads % 8 == 0, $"hidden size {HiddenSize} with {Heads} heads; the size of a head must be a multiple of 8");
        Require(LearningRate is > 0 and <= 1, $"learning rate is {LearningRate}; give more than 0 and at most 1");
        Require(WarmupSteps >= 0, $"warm-up steps is {WarmupSteps}; give 0 or more");
        Require(WeightDecay is >= 0 and <= 1, $"weight decay is {WeightDecay}; give 0 to 1");
        Require(Threads is >= 1 and <= 1024, $"threads is {Threads}; give 1 to 1024");
        return problems;

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }
}
