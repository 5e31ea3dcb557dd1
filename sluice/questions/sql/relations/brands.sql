-- Who sends visitors: the kind (search, social, mail, ai, video, shop, display, other) and the source of each host, package and name
-- that is known, one row each. A host is also all below it; `google.*` is any country's. The list is written
-- by `python -m docs.build.brands`.
SELECT
    split_part(brand, ':', 1) AS kind,
    COALESCE(NULLIF(split_part(brand, ':', 2), ''), name) AS source,
    name
FROM UNNEST(split('ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com', chr(10))) AS listed (brand)
CROSS JOIN UNNEST(split(split_part(brand, ':', 3), ',')) AS named (name)
