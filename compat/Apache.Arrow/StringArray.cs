using System.Text;
using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Texts in UTF-8.</summary>
public class StringArray : BinaryArray
{
    public static readonly Encoding DefaultEncoding = Encoding.UTF8;

    public StringArray(ArrayData data)
        : base(ArrowTypeId.String, data)
    {
    }

    public StringArray(int length, ArrowBuffer valueOffsetsBuffer, ArrowBuffer dataBuffer, ArrowBuffer nullBitmapBuffer, int nullCount = 0, int offset = 0)
        : this(new ArrayData(StringType.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueOffsetsBuffer, dataBuffer }))
    {
    }

    /// <summary>A text; null when it is missing.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> lies outside the array.</exception>
    public string? GetString(int index, Encoding? encoding = null)
    {
        var bytes = GetBytes(index, out var isNull);
        return isNull ? null : (encoding ?? DefaultEncoding).GetString(bytes);
    }

    /// <summary>Builds such an array.</summary>
    public new class Builder : BuilderBase<StringArray, Builder>
    {
        public Builder()
            : base(StringType.Default)
        {
        }

        /// <summary>Adds a text; null adds a missing one.</summary>
        public Builder Append(string? value, Encoding? encoding = null) =>
            value is null ? AppendNull() : Append((encoding ?? DefaultEncoding).GetBytes(value).AsSpan());

        /// <summary>Adds texts.</summary>
        public Builder AppendRange(IEnumerable<string?> values, Encoding? encoding = null)
        {
            ArgumentNullException.ThrowIfNull(values);
            foreach (var value in values)
            {
                Append(value, encoding);
            }

            return this;
        }

        protected override StringArray Build(ArrayData data) => new(data);
    }
}
