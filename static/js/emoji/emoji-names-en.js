// @ts-check
/**
 * What the emoji of emoji-list.js are called in English, in the same order: a name and, behind the
 * comma, other words they are found by.
 */

export default {
  faces: [
    "grinning face, smile happy", "laughing face, smile happy", "beaming face, grin",
    "nervous laugh, sweat phew", "tears of joy, laugh lol", "slight smile, fine", "wink, joke",
    "warm smile, blush thanks", "halo, innocent angel", "heart eyes, love", "kiss, love",
    "tasty, yum tongue", "cheeky, tongue joke", "sunglasses, cool", "thinking, hmm",
    "raised eyebrow, doubt", "neutral face, meh", "rolling eyes", "smirk", "grimace, awkward",
    "sleeping, tired", "relieved, calm", "pensive, sad", "confused, unsure", "crying, sad tear",
    "sobbing, cry", "huffing, frustrated", "angry, cross", "screaming, shock fear",
    "flushed, embarrassed", "party face, celebrate birthday", "hug, warm", "ill, sick fever",
    "mind blown, wow",
  ],
  hands: [
    "thumbs up, yes good like", "thumbs down, no bad", "okay, fine perfect", "victory, peace",
    "fingers crossed, luck", "waving, hello bye", "clapping, bravo", "raised hands, hooray",
    "please, thanks pray", "handshake, deal", "strong, muscle", "pointing sideways, there",
    "pointing up, above", "pointing down, below", "raised hand, stop", "shrug, dunno", "facepalm",
    "raising a hand, question me", "eyes, look see", "brain, clever",
  ],
  hearts: [
    "red heart, love", "orange heart, love", "yellow heart, love", "green heart, love",
    "blue heart, love", "purple heart, love", "black heart", "broken heart, sad",
    "hundred points, perfect", "check mark, done yes", "cross mark, no wrong", "question mark, ask",
    "exclamation mark, important", "warning, careful", "star, favourite", "fire, hot",
    "sparkles, new", "party popper, congratulations", "speech bubble, chat", "forbidden, no",
  ],
  nature: [
    "sun, weather", "sun behind cloud, weather", "rain, weather", "snowflake, cold winter",
    "rainbow", "wave, sea water", "seedling, plant grow", "tree, forest", "rose, flower",
    "sunflower, flower", "dog, pet", "cat, pet", "fox", "bear", "panda", "bird", "turtle, slow",
    "fish",
  ],
  food: [
    "coffee, hot drink", "tea, hot drink", "beer, drink", "wine, drink", "apple, fruit",
    "banana, fruit", "strawberry, fruit", "lemon, fruit", "carrot, vegetable", "bread", "cheese",
    "pizza", "burger", "noodles, soup", "sushi", "cake, slice", "chocolate", "birthday cake",
  ],
  things: [
    "light bulb, idea", "pushpin, important", "paper clip, attach", "camera, photo", "mobile phone",
    "laptop, computer", "e-mail, letter", "telephone, call", "parcel, delivery box",
    "key, password", "lock, secure", "wrench, repair", "alarm clock, time", "calendar, date",
    "money, price", "shopping cart, order", "car, drive", "bicycle, ride",
    "aeroplane, flight travel", "ship, sea", "house, home", "music, note", "football, sport",
    "present, gift",
  ],
};
