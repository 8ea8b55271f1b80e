using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Emergence.Apache.Arrow.Tests.Strict;

/// <summary>
/// One million changed inputs: each is read, or refused with the byte at which it is wrong and the reason. Nothing else is thrown, no value that
/// is handed out lies outside its memory, no work is endless, and no memory is taken that the input does not justify.
/// </summary>
public class MillionInputsTests
{
    private const int Inputs = 250_000;

    // Measured: at most 6 bytes per byte and 1.4 KiB. A field of the schema takes about 100 bytes and becomes some 400 bytes of objects;
    // a file's body is copied once, a stream's in memory not at all; readers, batches and the exception come on top.
    private const int BytesPerByte = 6;
    private const int BytesPerReader = 4 * 1024;

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(true, false, 11)]
    [InlineData(true, true, 12)]
    [InlineData(false, false, 13)]
    [InlineData(false, true, 14)]
    public async Task A_quarter_of_a_million_inputs_is_read_or_refused_with_place_and_reason(bool file, bool nested, int seed)
    {
        IArrowType[] types = nested
            ? [new DictionaryType(Int32Type.Default, StringType.Default, false), new DictionaryType(UInt8Type.Default, StringType.Default, false), SampleTable.Types[^3], SampleTable.Types[^2], SampleTable.Types[^1]]
            : [Int64Type.Default, BooleanType.Default, StringType.Default, DoubleType.Default, new DictionaryType(Int32Type.Default, StringType.Default, false)];
        byte[][] originals =
        [
            SampleTable.Write(file, SampleTable.Make(5, 0.3, 1, types).Build()),
            SampleTable.Write(file, SampleTable.Make(9, 0, 2, types).Build()),
            SampleTable.Write(file, SampleTable.Make(0, 0, 3, types).Build()),
            .. types.Select((type, i) => SampleTable.Write(file, SampleTable.Make(3 + i, 0.3, 4 + i, [type]).Build())),
            .. types.Select((type, i) => SampleTable.Make(6, 0.2, 14 + i, [type]).Build()).Select(batch => SampleTable.Write(file, batch.Slice(0, 2), batch.Slice(2, 4))),
        ];
        var run = new Run(file, originals, seed);

        // A reader that never ends is told of with the input that it hangs on.
        var work = Task.Run(run.Go);
        Assert.True(await Task.WhenAny(work, Task.Delay(_patience)) == work, $"input {run.At} of seed {seed} is read without end");
        await work;
        Assert.True(run.Read > Inputs / 100 && run.Refused > Inputs / 3, $"{run.Read} read, {run.Refused} refused: the inputs test too little");
        Assert.True(run.Places > originals.Max(o => o.Length) / 4, $"only {run.Places} different places were named");
    }

    private sealed class Run(bool file, byte[][] originals, int seed)
    {
        private readonly HashSet<long> _places = [];

        public volatile int At;

        public int Read { get; private set; }

        public int Refused { get; private set; }

        public int Places => _places.Count;

        public void Go()
        {
            var mutator = new Mutator(originals, seed);
            var batches = new List<RecordBatch>();
            for (At = 0; At < Inputs; At++)
            {
                var input = mutator.Next();
                batches.Clear();
                var before = GC.GetAllocatedBytesForCurrentThread();
                var refusal = Try(input, batches);
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(allocated <= ((long)BytesPerByte * input.Length) + BytesPerReader, $"input {At} of {input.Length} bytes made the reader take {allocated} bytes: {refusal}");
                if (refusal is null)
                {
                    Read++;
                    batches.ForEach(batch => batch.Arrays.ToList().ForEach(array => SampleColumn.Read(array)));
                }
                else
                {
                    Refused++;
                    _places.Add(PlaceOf(refusal.Message, input.Length));
                }
            }
        }

        private Exception? Try(ReadOnlyMemory<byte> input, List<RecordBatch> batches)
        {
            try
            {
                using var reader = SampleTable.Open(file, input);
                while (reader.ReadNextRecordBatch() is { } batch)
                {
                    batches.Add(batch);
                }

                return null;
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                return e;
            }
        }

        private long PlaceOf(string message, int length)
        {
            var end = message.IndexOf(": ", StringComparison.Ordinal);
            Assert.True(
                message.StartsWith("offset ", StringComparison.Ordinal) && end > 7 && end + 10 < message.Length
                && long.TryParse(message.AsSpan(7, end - 7), NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place <= length,
                $"input {At} of {length} bytes is refused without its place and reason: {message}");
            return long.Parse(message.AsSpan(7, end - 7), NumberStyles.None, CultureInfo.InvariantCulture);
        }
    }
}
