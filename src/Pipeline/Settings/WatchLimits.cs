using Emergence.Stages.Sae;

namespace Emergence.Pipeline.Settings;

/// <summary>Default values of <see cref="WatchSettings"/> and the ranges that are accepted.</summary>
public static class WatchLimits
{
    /// <summary>SAE width in multiples of the model's width, when no width is given.</summary>
    public const int Expansion = 16;

    /// <summary>Widest SAE in multiples of the model's width.</summary>
    public const int MaxExpansion = 256;

    /// <summary>Widest SAE in features.</summary>
    public const int MaxFeatures = 1 << 20;

    /// <summary>Features that may fire on a token.</summary>
    public const int K = 32;

    /// <summary>Most features that may fire on a token.</summary>
    public const int MaxK = 4096;

    /// <summary>Tokens an SAE trains on at the first checkpoint.</summary>
    public const long Budget = 1_000_000;

    /// <summary>Most of them: more than any language model has been trained on, and far from where counting them overflows.</summary>
    public const long MaxBudget = 1L << 40;

    /// <summary>Share of <see cref="Budget"/> that each later checkpoint gets (SAE-Track, arXiv 2412.17626).</summary>
    public const double WarmFraction = 0.05;

    /// <summary>A later checkpoint's learning rate is the first one's over this (measured: see SaeDefaults).</summary>
    public const double WarmDivisor = SaeDefaults.WarmLearningRateDivisor;

    /// <summary>Largest such divisor.</summary>
    public const double MaxWarmDivisor = 1e6;

    /// <summary>Most passes over a later checkpoint's tokens.</summary>
    public const int MaxWarmPasses = 1000;

    /// <summary>Tokens the model sees at once.</summary>
    public const int Context = 128;

    /// <summary>Longest context.</summary>
    public const int MaxContext = 1 << 17;

    /// <summary>Rows of a token batch.</summary>
    public const int BatchRows = 16;

    /// <summary>Most rows of a token batch.</summary>
    public const int MaxBatchRows = 65_536;

    /// <summary>Most tokens of a batch, rows times context: its activations must fit into memory.</summary>
    public const long MaxBatchTokens = 1L << 24;

    /// <summary>Rows of a batch of saved activations.</summary>
    public const int ActivationRows = 2048;

    /// <summary>Seconds between two looks at the folder when no change is reported.</summary>
    public const double PollSeconds = 2;

    /// <summary>Longest such time: a day.</summary>
    public const double LongestPollSeconds = 86_400;

    /// <summary>Seconds for which a checkpoint's files must be unchanged.</summary>
    public const double SettleSeconds = 0.5;

    /// <summary>Longest such time: an hour.</summary>
    public const double LongestSettleSeconds = 3600;

    /// <summary>Seconds for which the end of a run waits for a broker that is away: a minute without one is got over, and the time to find it again.</summary>
    public const double KafkaWaitSeconds = 120;

    /// <summary>Longest such time: a day.</summary>
    public const double LongestKafkaWaitSeconds = 86_400;

    /// <summary>Name of the marker file when none is given.</summary>
    public const string Marker = "COMPLETE";

    /// <summary>Largest number of threads.</summary>
    public const int MaxThreads = 1024;

    /// <summary>Deepest layer that can be named.</summary>
    public const int MaxLayer = 1023;

    /// <summary>How long a stopped run may take to finish and commit what is in work.</summary>
    public static readonly TimeSpan DrainDeadline = TimeSpan.FromMinutes(10);

    /// <summary>Longest name of a run, in bytes of UTF-8: its folder's name.</summary>
    public const int MaxRunNameLength = 200;
}
