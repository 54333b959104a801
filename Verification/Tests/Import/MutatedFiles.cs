using System.Buffers.Binary;

namespace TileProof.Tests.Import;

/// <summary>Damages files in ways that a broken disk, a broken writer or an attacker would, one change for each seed.</summary>
internal static class MutatedFiles
{
    private static readonly uint[] Extremes = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FC00000];

    public static byte[] Create(byte[] original, ReadOnlySpan<int> seeds)
    {
        var bytes = new List<byte>(original);
        foreach (int seed in seeds)
        {
            if (bytes.Count > 0)
            {
                Apply(bytes, new Random(seed));
            }
        }

        return [.. bytes];
    }

    private static void Apply(List<byte> bytes, Random random)
    {
        int position = random.Next(bytes.Count);
        int length = Math.Min(random.Next(1, 64), bytes.Count - position);
        switch (random.Next(16))
        {
            case < 5:
                bytes[position] ^= (byte)(1 << random.Next(8));
                break;
            case < 8:
                bytes[position] = (byte)random.Next(256);
                break;
            case < 10:
                WriteWord(bytes, position / sizeof(uint) * sizeof(uint), Extremes[random.Next(Extremes.Length)]);
                break;
            case < 12:
                WriteWord(bytes, position / sizeof(uint) * sizeof(uint), (uint)random.Next(bytes.Count));
                break;
            case 12:
                bytes.RemoveRange(position, length);
                break;
            case 13:
                bytes.InsertRange(position, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                break;
            case 14:
                List<byte> copied = bytes.GetRange(random.Next(bytes.Count - length + 1), length);
                for (int i = 0; i < length; i++)
                {
                    bytes[position + i] = copied[i];
                }

                break;
            default:
                bytes.RemoveRange(position, random.Next(2) == 0 ? bytes.Count - position : 1);
                break;
        }
    }

    private static void WriteWord(List<byte> bytes, int position, uint value)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value);
        for (int i = 0; i < word.Length && position + i < bytes.Count; i++)
        {
            bytes[position + i] = word[i];
        }
    }
}
